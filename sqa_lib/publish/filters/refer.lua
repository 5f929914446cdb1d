-- Pass 2: @fig-x, @tbl-x and @sec-x become links with the number's text; an unknown one warns and stays visible, as in Quarto.
local shape = require("shape")
local M = {}

local function reference(citation, labels, warn)
  local label = labels[citation.id]
  if not label then
    warn("reference `@" .. citation.id .. "` points at nothing")
    return { pandoc.Strong({ pandoc.Str("?@" .. citation.id) }) }
  end
  local text = label.text
  if citation.mode == "SuppressAuthor" then
    text = label.number
  elseif #citation.prefix > 0 then
    text = pandoc.utils.stringify(citation.prefix) .. "\u{a0}" .. label.number
  end
  return { pandoc.Link({ pandoc.Str((text:gsub(" (%d)", "\u{a0}%1"))) }, "#" .. citation.id, "", { class = "ref" }) }
end

--- Resolve every reference of one chapter; other @words stay as they were written.
function M.chapter(doc, chapter, book)
  local function warn(text) table.insert(book.warnings, chapter.file .. ": " .. text) end
  return doc:walk({
    Cite = function(cite)
      local result = pandoc.List({})
      for _, citation in ipairs(cite.citations) do
        if not shape.kind(citation.id) then return cite.content end
        if #result > 0 then result:extend({ pandoc.Str(","), pandoc.Space() }) end
        result:extend(reference(citation, book.labels, warn))
      end
      return result
    end,
  })
end

return M
