-- Pass 3a: a chapter as an HTML fragment; the page around it is a Jinja template.
local shape = require("shape")
local M = {}

local function raw(text) return pandoc.RawBlock("html", text) end
local function escape(text) return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"):gsub('"', "&quot;")) end
local function around(before, blocks, after)
  local result = pandoc.List({ raw(before) })
  result:extend(blocks)
  result:insert(raw(after))
  return result
end

local function target(link, chapter, book)
  local file, id = link:match("^([^#:]*)%.qmd#?(.*)$")
  if file then return file .. ".html" .. (id ~= "" and "#" .. id or "") end
  local label = book.labels[link:match("^#(.+)$") or ""]
  if label and label.file ~= chapter.file then return label.file:gsub("%.qmd$", ".html") .. link end
  return link
end

local function caption(element, id)
  local inlines = pandoc.List(shape.caption(element))
  if element.attributes.label then
    inlines = pandoc.List({ pandoc.Span({ pandoc.Str(element.attributes.label .. ":") }, { class = "number" }), pandoc.Space() }) .. inlines
  end
  if #inlines == 0 then return pandoc.List({}) end
  return around(id and '<figcaption id="' .. id .. '">' or "<figcaption>", { pandoc.Plain(inlines) }, "</figcaption>")
end

local function figure(element)
  local image = shape.image(element)
  local content = element.content
  if image then
    content = { raw('<img src="' .. escape(image.src) .. '" alt="' .. escape((shape.alt(element, image))) .. '">') }
  end
  local id = element.identifier ~= "" and ' id="' .. escape(element.identifier) .. '"' or ""
  return around('<figure class="chart"' .. id .. ">", caption(element) .. content, "</figure>")
end

local function scope(rows, value)
  for _, row in ipairs(rows) do
    for column, cell in ipairs(row.cells) do
      if value == "col" or column == 1 then cell.attributes.scope = value end
    end
  end
end

local function accessible(element)
  scope(element.head.rows, "col")
  for _, body in ipairs(element.bodies) do
    body.row_head_columns = #element.colspecs > 1 and 1 or 0
    if body.row_head_columns == 1 then scope(body.body, "row") end
  end
  for index, spec in ipairs(element.colspecs) do element.colspecs[index] = { spec[1] } end
  return element
end

local function data_table(element, state)
  state.tables = state.tables + 1
  local id = element.identifier ~= "" and escape(element.identifier) or "tabell-" .. state.tables
  local head = caption(element, id .. "-rubrik")
  local name = #head > 0 and 'aria-labelledby="' .. id .. '-rubrik"' or 'aria-label="Tabell ' .. state.tables .. ' på sidan"'
  local attr = #head > 0 and { ["aria-labelledby"] = id .. "-rubrik" } or {}
  local bare = accessible(element)
  bare.caption = { long = {} }
  bare.attr = pandoc.Attr("", {}, attr)
  local region = around('<div class="scroll" role="region" tabindex="0" ' .. name .. ">", { bare }, "</div>")
  return around('<figure class="table" id="' .. id .. '">', head .. region, "</figure>")
end

local function key_figures(div)
  local items = pandoc.List({})
  for _, card in ipairs(div.content) do items:extend(around('<li class="key-figure">', card.content, "</li>")) end
  return around('<ul class="key-figures" role="list">', items, "</ul>")
end

local function callout(box)
  local head = around('<p class="callout-title">', { pandoc.Plain(box.title) }, "</p>")
  return around('<div class="callout callout-' .. box.kind .. '" role="note">', head .. box.content, "</div>")
end

--- One chapter's blocks as HTML.
function M.chapter(doc, chapter, book)
  local state = { tables = 0 }
  local whole = shape.with_ranges(doc, function(range) return pandoc.Span({ range }, { class = "range" }) end)
  local changed = whole:walk({
    Link = function(link)
      link.target = target(link.target, chapter, book)
      return link
    end,
    Header = function(header)
      local number = header.attributes.number or ""
      header.attributes.number = nil
      if number ~= "" then
        header.content:insert(1, pandoc.Span({ pandoc.Str(number) }, { class = "section-number" }))
        header.content:insert(2, pandoc.Space())
      end
      return header
    end,
    Figure = figure,
    Table = function(element) return data_table(element, state) end,
    Div = function(div)
      if div.classes:includes("key-figures") then return key_figures(div) end
      local box = shape.callout(div)
      if box then return callout(box) end
      if div.classes:includes("figures-used") then
        return around('<details class="figures-used"><summary>' .. shape.FIGURES_USED .. "</summary>", div.content, "</details>")
      end
      -- Pandoc would move the id of a heading that comes first in a div to the div.
      if div.content[1] and div.content[1].t == "Header" then div.content:insert(1, raw("")) end
      return div
    end,
  })
  local options = pandoc.WriterOptions({ html_math_method = "mathml", wrap_text = "none", highlight_style = nil })
  return pandoc.write(changed, "html5", options)
end

return M
