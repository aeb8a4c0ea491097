-- Where this server looks for libraries.
SELECT setting FROM pg_config WHERE name = 'PKGLIBDIR';
