#!/usr/bin/env python3
"""Asks a database for the number of its rows each 100 ms, over a new connection each time.

Each answer is a line of /var/lib/prober/seen: SECONDS COUNT, or SECONDS and a word: `closed` where nobody
answers, `empty` where the table or the database is missing, `error` for anything else.
"""

import time

import psycopg2

with open("/etc/rig/db-db") as file:
    PLACE = dict(line.rstrip("\n").split("=", 1) for line in file if "=" in line)


def ask():
    try:
        connection = psycopg2.connect(
            host=PLACE["PGHOST"], port=PLACE["PGPORT"], user=PLACE["PGUSER"], password=PLACE["PGPASSWORD"],
            dbname="postgres", connect_timeout=2, application_name="prober")
    except psycopg2.OperationalError as error:
        words = str(error)
        # A fresh cluster knows no such password, or no such role.
        return "empty" if "authentication" in words or "does not exist" in words else "closed"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger")
            return str(cursor.fetchone()[0])
    except psycopg2.errors.UndefinedTable:
        return "empty"
    except psycopg2.Error as error:
        return "closed" if connection.closed else "error " + str(error).splitlines()[0]
    finally:
        connection.close()


while True:
    with open("/var/lib/prober/seen", "a") as seen:
        seen.write(f"{time.time():.3f} {ask()}\n")
    time.sleep(0.1)
