-- Pass 1: headings, figures and tables get their numbers, in document order, as Quarto's book does:
-- chapters from 1 (the first is index.qmd), unless .unnumbered; "2.1" for sections; "Figur 2.1" and "Tabell 2.1" per chapter.
local shape = require("shape")
local M = {}

local NAMES = { fig = "Figur", tbl = "Tabell" }
local NUMBERED_LEVELS = 2 -- number-depth in _quarto.yml

local function title_of(header)
  return pandoc.utils.stringify(header.content)
end

--- Number one chapter. book: {labels, warnings, chapters}; gives the document with `number` attributes.
function M.chapter(doc, file, book)
  local counts = { fig = 0, tbl = 0, [2] = 0 }
  local chapter = { file = file, title = "", number = "", headings = {} }
  local level = 0

  local function warn(text) table.insert(book.warnings, file .. ": " .. text) end

  local function remember(id, label)
    if book.labels[id] then
      warn("label `" .. id .. "` is used twice; first in " .. book.labels[id].file .. ". Give every label once in a book.")
      return false
    end
    label.file, label.id = file, id
    book.labels[id] = label
    return true
  end

  local function heading_number(header)
    if header.classes:includes("unnumbered") then return "" end
    if header.level == 1 then
      book.chapter = book.chapter + 1
      return tostring(book.chapter)
    elseif header.level <= NUMBERED_LEVELS and chapter.number ~= "" then
      counts[2] = counts[2] + 1
      return chapter.number .. "." .. counts[2]
    end
    return ""
  end

  local function header(element)
    if title_of(element) == "" then
      warn("a heading without text was left out")
      return {}
    end
    if chapter.title ~= "" and element.level == 1 or element.level > level + 1 then
      local right = (level == 0) and 1 or math.max(2, math.min(element.level, level + 1))
      warn("heading `" .. title_of(element) .. "` is at level " .. element.level .. "; read as level " .. right)
      element.level = right
    end
    level = element.level
    local number = heading_number(element)
    if element.level == 1 then
      chapter.title, chapter.number, chapter.id = title_of(element), number, element.identifier
    end
    local name = element.level == 1 and "Kapitel" or "Avsnitt"
    local text = number ~= "" and (name .. " " .. number) or title_of(element)
    if shape.kind(element.identifier) == "sec" and not remember(element.identifier, { text = text, number = number }) then
      element.identifier = element.identifier .. "-2"
      if element.level == 1 then chapter.id = element.identifier end
    end
    table.insert(chapter.headings, { id = element.identifier, level = element.level, number = number, title = title_of(element) })
    element.attributes.number = number
    return element, false
  end

  local function numbered(element)
    local kind = shape.kind(element.identifier)
    if not kind then return element, false end
    counts[kind] = counts[kind] + 1
    local number = (chapter.number ~= "" and chapter.number .. "." or "") .. counts[kind]
    local text = NAMES[kind] .. " " .. number
    if not remember(element.identifier, { text = text, number = number }) then
      element.identifier = element.identifier .. "-" .. number:gsub("%.", "-")
    end
    element.attributes.label = text
    if #element.caption.long == 0 then warn(text .. " (`" .. element.identifier .. "`) has no caption") end
    return element, false
  end

  doc.blocks = shape.canonical(doc.blocks):walk({ traverse = "topdown", Header = header, Figure = numbered, Table = numbered })
  table.insert(book.chapters, chapter)
  return doc, chapter
end

return M
