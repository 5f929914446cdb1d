-- `pandoc lua book.lua`: a whole book in one process. Reads {"chapters": ["index.qmd", …], "formats": ["html", "pdf"]} from standard input,
-- in the project's folder, and writes {"chapters": [{file, title, number, headings, html, typst}], "warnings": […]} to standard output.
package.path = arg[0]:match("^(.*)[/\\]") .. "/?.lua;" .. package.path
local number, refer, html, typst = require("number"), require("refer"), require("html"), require("typst")
local shape, harmless = require("shape"), require("harmless")

-- As Quarto reads: where a line of a pipe table is longer, the dashes under its head say how wide the columns are.
local READER = pandoc.ReaderOptions({ columns = 72 })

local function read(file, book)
  local handle = assert(io.open(file, "r"))
  local text = handle:read("a")
  handle:close()
  return harmless.only(pandoc.read(text, harmless.FORMAT, READER), file, book.warnings)
end

local function check_alternatives(doc, chapter, book)
  doc:walk({
    Figure = function(figure)
      local image = shape.image(figure)
      if image and not select(2, shape.alt(figure, image)) then
        table.insert(book.warnings, chapter.file .. ": figure `" .. figure.identifier .. "` has no fig-alt; its caption is read aloud instead")
      end
    end,
    Table = function(element)
      for _, row in ipairs(element.head.rows) do
        for column, cell in ipairs(row.cells) do
          if pandoc.utils.stringify(cell.contents) == "" then
            table.insert(book.warnings, chapter.file .. ": table `" .. element.identifier .. "` has no heading over column " .. column)
          end
        end
      end
    end,
  })
end

local job = pandoc.json.decode(io.read("a"), false)
local book = { labels = {}, warnings = {}, chapters = {}, chapter = 0 }
local docs = {}
for index, file in ipairs(job.chapters) do
  local doc, chapter = number.chapter(read(file, book), file, book)
  chapter.ids = typst.ids(doc)
  check_alternatives(doc, chapter, book)
  docs[index] = doc
end
for index, chapter in ipairs(book.chapters) do
  local doc = refer.chapter(docs[index], chapter, book)
  for _, format in ipairs(job.formats) do
    if format == "html" then chapter.html = html.chapter(doc, chapter, book) end
    if format == "pdf" then chapter.typst = typst.chapter(doc, chapter, book) end
  end
  chapter.ids = nil
end
io.write(pandoc.json.encode({ chapters = pandoc.List(book.chapters), warnings = pandoc.List(book.warnings) }))
