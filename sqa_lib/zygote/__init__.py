"""The warm process, `python -m sqa_lib.zygote`: it has the slow imports behind it and a notebook's shell built, and forks itself
for each notebook that `sqa_lib.warm` asks for.

* `shell` is the notebook's shell: ipykernel's own kernel, with a pipe where the sockets were.
* `wire` is how messages cross that pipe.
* `warm_up` is what sections import and draw, once for all.
"""
