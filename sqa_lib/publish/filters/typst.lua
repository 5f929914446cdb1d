-- Pass 3b: a chapter as Typst markup that uses the functions of templates/book.typ. Headings, figures and tables carry the numbers of pass 1.
local shape = require("shape")
local M = {}

local OPTIONS = pandoc.WriterOptions({ wrap_text = "none" })

local function raw(text) return pandoc.RawBlock("typst", text) end
local function inline(text) return pandoc.RawInline("typst", text) end
local function markup(blocks) return (pandoc.write(pandoc.Pandoc(blocks), "typst", OPTIONS):gsub("%s+$", "")) end

--- The markup of many small pieces in one call of the writer, which costs more than its work on them.
local SEAM = "%%seam%%"
local function markup_all(pieces)
  local blocks, result = pandoc.List({}), {}
  for _, piece in ipairs(pieces) do
    blocks:extend(piece)
    blocks:insert(raw(SEAM))
  end
  local text, from = markup(blocks), 1
  for _ in ipairs(pieces) do
    local first, last = text:find(SEAM, from, true)
    table.insert(result, (text:sub(from, first - 1):gsub("^%s+", ""):gsub("%s+$", "")))
    from = last + 1
  end
  return result
end

local function quoted(text) return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("%s+", " ") .. '"' end
local function label(id) return id ~= "" and " #label(" .. quoted(id) .. ")" or "" end
local function around(before, blocks, after)
  local result = pandoc.List({ raw(before) })
  result:extend(blocks)
  result:insert(raw(after))
  return result
end

local function caption(element)
  local inlines = pandoc.List(shape.caption(element))
  if element.attributes.label then inlines:insert(1, inline("#number[" .. element.attributes.label .. ":] ")) end
  return #inlines > 0 and "[" .. markup({ pandoc.Plain(inlines) }) .. "]" or "none"
end

local function note(source)
  return source and "[" .. markup(source.content) .. "]" or "none"
end

local function figure(element, source)
  local image = shape.image(element)
  local body = image and ("chart(" .. quoted("/" .. image.src) .. ", alt: " .. quoted((shape.alt(element, image))) .. ")")
    or ("[" .. markup(element.content) .. "]")
  return raw("#chart-figure(" .. body .. ", caption: " .. caption(element) .. ", note: " .. note(source) .. ")" .. label(element.identifier))
end

local ALIGN = { AlignRight = "right", AlignCenter = "center", AlignLeft = "left", AlignDefault = "left" }

local function cells(rows)
  local flat, result = pandoc.List({}), {}
  for _, row in ipairs(rows) do flat:extend(row.cells) end
  local texts = markup_all(flat:map(function(cell) return cell.contents end))
  for index, cell in ipairs(flat) do
    local content = "[" .. texts[index] .. "]"
    if cell.col_span > 1 or cell.row_span > 1 then
      content = ("table.cell(colspan: %d, rowspan: %d)%s"):format(cell.col_span, cell.row_span, content)
    end
    table.insert(result, content .. ",")
  end
  return table.concat(result, " ")
end

local function widths(colspecs)
  local total, parts = 0, {}
  for _, spec in ipairs(colspecs) do total = total + (spec[2] or 0) end
  if total == 0 then return "none" end
  for _, spec in ipairs(colspecs) do table.insert(parts, ("%.3ffr,"):format((spec[2] or 0) / total)) end
  return "(" .. table.concat(parts, " ") .. ")"
end

local function data_table(element, source)
  local aligns, body = {}, {}
  for _, spec in ipairs(element.colspecs) do table.insert(aligns, ALIGN[spec[1]] .. ",") end
  for _, part in ipairs(element.bodies) do table.insert(body, cells(part.body)) end
  return raw(("#data-table(widths: %s, align: (%s), head: (%s), body: (%s), caption: %s, note: %s)%s"):format(
    widths(element.colspecs), table.concat(aligns, " "), cells(element.head.rows), table.concat(body, " "),
    caption(element), note(source), label(element.identifier)))
end

local function key_figures(div)
  local cards = {}
  for _, card in ipairs(div.content) do table.insert(cards, "[" .. markup(card.content) .. "],") end
  return raw("#key-figures((" .. table.concat(cards, " ") .. "))")
end

local blocks_markup

local function div_markup(div)
  if div.classes:includes("key-figures") then return { key_figures(div) } end
  local box = shape.callout(div)
  if box then return around("#callout(kind: " .. quoted(box.kind) .. ", title: [" .. markup({ pandoc.Plain(box.title) }) .. "])[", blocks_markup(box.content), "]") end
  local class = shape.box(div)
  if class == "figures-used" then
    return around("#figures-used(title: [" .. shape.FIGURES_USED .. "])[", blocks_markup(div.content), "]")
  end
  return around("#" .. (class or "block") .. "[", blocks_markup(div.content), "]" .. label(div.identifier))
end

local function is_source(block) return block and block.t == "Div" and block.classes:includes("source") end

--- Figures and tables take the source line that follows them along, so that no page break parts them.
function blocks_markup(blocks)
  local result, index = pandoc.List({}), 1
  while index <= #blocks do
    local block = blocks[index]
    local source = is_source(blocks[index + 1]) and blocks[index + 1] or nil
    if block.t == "Figure" or block.t == "Table" then
      result:insert((block.t == "Figure" and figure or data_table)(block, source))
      index = index + (source and 1 or 0)
    elseif block.t == "Div" then
      result:extend(div_markup(block))
    else
      result:insert(block)
    end
    index = index + 1
  end
  return result
end

local SPANS = { value = "value", label = "label-of", change = "change" }

--- Signs that Typst would take for a list or a heading where content begins, as in the cell "+ 3".
local function literal(word)
  if word.text:match("^[-+/]$") or word.text:match("^=+$") then return inline("\\" .. word.text) end
  local digits = word.text:match("^(%d+)%.$")
  return digits and inline(digits .. "\\.") or nil
end

local function local_id(chapter, id) return chapter.file:gsub("%.qmd$", "") .. "--" .. id end

--- Ids that are unique in a book keep their name; the others are prefixed with the chapter's.
local function book_id(id, chapter, book)
  local known = book.labels[id]
  if id == "" or (known and known.file == chapter.file) then return id end
  return local_id(chapter, id)
end

--- The label a link points at, nil when the book has no such place, or false when the link leaves the book.
local function target(link, chapter, book)
  local file, id = link:match("^([^#:]*%.qmd)#?(.*)$")
  if not file then file, id = chapter.file, link:match("^#(.+)$") end
  if not id then return false end
  if book.labels[id] then return id end
  for _, other in ipairs(book.chapters) do
    if other.file == file and id == "" then return book_id(other.id, other, book) end
    if other.file == file and other.ids[id] then return local_id(other, id) end
  end
  return nil
end

local function link_markup(link, chapter, book)
  local id = target(link.target, chapter, book)
  if id then return pandoc.Link(link.content, "#" .. id) end
  if id == nil then
    table.insert(book.warnings, chapter.file .. ": link `" .. link.target .. "` points at nothing in the PDF")
    return link.content
  end
  local readable = link.target:gsub("^mailto:", ""):gsub("^https?://", ""):gsub("/$", "")
  local shown = pandoc.utils.stringify(link.content):gsub("^https?://", ""):gsub("/$", "")
  if shown == readable then return link end
  return { link, inline("#address(" .. quoted(readable) .. ")") }
end

--- Every id of a chapter, for links that stay inside it.
function M.ids(doc)
  local ids = {}
  local function keep(element) if element.identifier ~= "" then ids[element.identifier] = true end end
  doc:walk({ Header = keep, Div = keep, Span = keep, Figure = keep, Table = keep })
  return ids
end

--- One chapter's blocks as Typst markup.
function M.chapter(doc, chapter, book)
  local function rename(element)
    element.identifier = book_id(element.identifier, chapter, book)
    return element
  end
  local whole = shape.with_ranges(doc, function(range) return { inline("#box["), range, inline("]") } end)
  local changed = whole:walk({ Header = rename, Div = rename, Figure = rename, Table = rename }):walk({
    Link = function(link) return link_markup(link, chapter, book) end,
    Str = literal,
    Math = function(formula) return { inline("#formula(" .. quoted(formula.text) .. ")["), formula, inline("]") } end,
    Span = function(span)
      for class, name in pairs(SPANS) do
        if span.classes:includes(class) then
          local inlines = pandoc.List({ inline("#" .. name .. "[") })
          inlines:extend(span.content)
          inlines:insert(inline("]"))
          return inlines
        end
      end
      return rename(span)
    end,
    Header = function(header)
      local number = header.attributes.number or ""
      header.attributes.number = nil
      if number ~= "" then header.content:insert(1, inline("#number[" .. number .. "]~")) end
      return header
    end,
  }):walk({ traverse = "topdown", Blocks = blocks_markup })
  return pandoc.write(changed, "typst", OPTIONS)
end

return M
