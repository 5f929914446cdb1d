"""What the commands of `sqa_lib.cli` do: imported when one is asked for, since what they need takes long to import."""
