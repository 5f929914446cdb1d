-- Pass 0: what a page must not hold, whoever wrote it: raw markup, links that run something, files that are not the book's own, and
-- attributes that a browser acts on. It is left out, and a warning says so.
local M = {}

--- Pandoc's Markdown without what goes through to the page as it is.
M.FORMAT = "markdown-raw_html-raw_attribute-raw_tex-latex_macros-native_divs-native_spans"

local SCHEMES = { http = true, https = true, mailto = true, tel = true }
local ATTRIBUTES = { "title", "fig-alt", "alt", "tbl-colwidths" }

local function is_harmless(target)
  local bare = target:gsub("[%c%s]", "")
  local scheme = bare:match("^([^/?#]*):")
  return bare:sub(1, 2) ~= "//" and (not scheme or SCHEMES[scheme:lower()] == true)
end

--- Whether a file lies in the book's own folder.
local function is_beside(path)
  return not path:match("[:\\%%]") and not path:match("^/") and not ("/" .. path .. "/"):find("/../", 1, true)
end

--- The document without them. file: its name, for the warnings.
function M.only(doc, file, warnings)
  local function warn(text) table.insert(warnings, file .. ": " .. text) end
  local function bare(element)
    local kept = {}
    for _, name in ipairs(ATTRIBUTES) do kept[name] = element.attributes[name] end
    for name in pairs(element.attributes) do
      if not kept[name] then warn("attribute `" .. name .. "` was left out") end
    end
    element.attr = pandoc.Attr(element.identifier:gsub("[^%w_:.%-\128-\255]", ""), element.classes, kept)
    return element
  end
  local function raw(element)
    warn("raw " .. element.format .. " was left out")
    return {}
  end
  return doc:walk({
    RawInline = raw,
    RawBlock = raw,
    Link = function(link)
      if is_harmless(link.target) then return bare(link) end
      warn("link `" .. link.target .. "` was left out")
      return link.content
    end,
    Image = function(image)
      if is_beside(image.src) then return bare(image) end
      warn("image `" .. image.src .. "` is not among the book's own and was left out")
      return image.caption
    end,
    Code = bare, CodeBlock = bare, Div = bare, Figure = bare, Header = bare, Span = bare, Table = bare,
  })
end

return M
