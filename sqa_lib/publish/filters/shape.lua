-- What both formats need to know of the book's own divs: key figures, callouts, source lines, figures' images and their alternatives.
local M = {}

M.BOXES = { "lead", "conclusions", "source", "too-small", "synthetic", "figures-used" }
local CALLOUTS = { note = "Notera", tip = "Tips", warning = "Varning", important = "Viktigt", caution = "Försiktigt" }

function M.box(div)
  for _, class in ipairs(M.BOXES) do
    if div.classes:includes(class) then return class end
  end
end

M.FIGURES_USED = "Om siffrorna i avsnittet"

--- The kind and title of a Quarto callout, and its content without a heading that served as title; nil for other divs.
function M.callout(div)
  for kind, name in pairs(CALLOUTS) do
    if div.classes:includes("callout-" .. kind) then
      local content = pandoc.List(div.content)
      local title = div.attributes.title and { pandoc.Str(div.attributes.title) }
      if content[1] and content[1].t == "Header" then title = content:remove(1).content end
      return { kind = kind, title = title or { pandoc.Str(name) }, content = content }
    end
  end
end

local PARTS = { "value", "label", "change" }

--- A card's parts as spans, however they were written: .value, .label and .change as spans or as divs.
local function card(blocks)
  return pandoc.Div(pandoc.List(blocks):map(function(block)
    for _, part in ipairs(PARTS) do
      if block.t == "Div" and block.classes:includes(part) then
        return pandoc.Plain({ pandoc.Span(pandoc.utils.blocks_to_inlines(block.content), { class = part }) })
      end
    end
    return block.t == "Para" and pandoc.Plain(block.content) or block
  end), { class = "key-figure" })
end

--- A bullet's leading strong text is the value, the rest the label.
local function card_of_item(item)
  local inlines = item[1] and pandoc.List(item[1].content or {}) or pandoc.List({})
  if not (inlines[1] and inlines[1].t == "Strong") then return card(item) end
  local value = pandoc.Span(inlines:remove(1).content, { class = "value" })
  while inlines[1] and (inlines[1].t == "Space" or inlines[1].t == "SoftBreak") do inlines:remove(1) end
  item[1] = pandoc.Plain({ value, pandoc.Space(), pandoc.Span(inlines, { class = "label" }) })
  return card(item)
end

local function key_figures(div)
  local cards = pandoc.List({})
  for _, block in ipairs(div.content) do
    if block.t == "BulletList" then
      for _, item in ipairs(block.content) do cards:insert(card_of_item(item)) end
    else
      cards:insert(card(block.t == "Div" and block.content or { block }))
    end
  end
  return pandoc.Div(cards, { class = "key-figures" })
end

--- The document with every range of its running text and cells (`10–21`) as `whole` makes it, so that no line ends within one.
function M.with_ranges(doc, whole)
  local function kept(block)
    return block:walk({
      Str = function(str)
        if str.text:match("%d–%+?%d") or str.text:match("%d–−%d") then return whole(str) end
      end,
    })
  end
  return doc:walk({ Plain = kept, Para = kept })
end

--- The kind of a cross-reference id: "fig", "tbl", "sec" or nil.
function M.kind(id)
  local kind = id:match("^(%a+)%-.")
  return (kind == "fig" or kind == "tbl" or kind == "sec") and kind or nil
end

local function lone_image(para)
  local image = #para.content == 1 and para.content[1]
  if image and image.t == "Image" and M.kind(image.identifier) == "fig" then
    local attr = pandoc.Attr(image.identifier)
    image.identifier = ""
    return pandoc.Figure({ pandoc.Plain({ image }) }, { long = #image.caption > 0 and { pandoc.Plain(image.caption) } or {} }, attr)
  end
end

--- A #fig- or #tbl- div whose last paragraph is the caption.
local function captioned(div)
  local content = pandoc.List(div.content)
  local caption = (#content > 1 and content[#content].t == "Para") and { pandoc.Plain(content:remove().content) } or {}
  if M.kind(div.identifier) == "fig" then
    return pandoc.Figure(content, { long = caption }, pandoc.Attr(div.identifier, {}, div.attributes))
  end
  return content:map(function(block)
    if block.t == "Table" then block.identifier, block.caption = div.identifier, { long = caption } end
    return block
  end)
end

local function swedish_quotes(quoted)
  local mark = quoted.quotetype == "DoubleQuote" and "”" or "’"
  local inlines = pandoc.List({ pandoc.Str(mark) })
  inlines:extend(quoted.content)
  inlines:insert(pandoc.Str(mark))
  return inlines
end

--- The several ways to write a figure, a table and a key figure become one.
function M.canonical(blocks)
  return blocks:walk({
    Para = lone_image,
    Plain = lone_image,
    Quoted = swedish_quotes,
    Div = function(div)
      if div.classes:includes("key-figures") then return key_figures(div) end
      local kind = M.kind(div.identifier)
      if kind == "fig" or kind == "tbl" then return captioned(div) end
    end,
  })
end

function M.caption(element)
  return pandoc.utils.blocks_to_inlines(element.caption.long)
end

--- The first image of a figure, or nil.
function M.image(figure)
  local found
  figure:walk({ Image = function(image) found = found or image end })
  return found
end

--- A figure's alternative text; the caption stands in for a missing one.
function M.alt(figure, image)
  local alt = image.attributes["fig-alt"] or image.attributes.alt or figure.attributes["fig-alt"] or ""
  if alt ~= "" then return alt, true end
  return pandoc.utils.stringify(M.caption(figure)), false
end

return M
