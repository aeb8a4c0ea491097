{
  redis = "7.2";
  postgres = "15.8";
}
