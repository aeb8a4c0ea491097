{ services.forum.pgTag = "15"; }
