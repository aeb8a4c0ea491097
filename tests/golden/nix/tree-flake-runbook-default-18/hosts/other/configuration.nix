{
  wiki.enable = true;
}
