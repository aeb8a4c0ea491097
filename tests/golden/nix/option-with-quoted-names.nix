{
  "services"."my-stack" = {
    "postgres" = { "tag" = "15"; "port" = 5432; };
  };
}
