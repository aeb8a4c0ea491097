{
  wiki.postgresTag = 15;
}
