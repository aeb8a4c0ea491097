command_help() { sed 's/^  //' <<'TEXT'
  rig
TEXT
}
