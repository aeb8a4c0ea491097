{
  imports = [
    ./pleroma
    ./wiki
  ];
}
