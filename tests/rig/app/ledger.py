#!/usr/bin/env python3
"""An application that keeps a ledger: one row each tenth of a second, over one connection that stays.

It counts the ids itself and writes down, outside the database, what it was told:

  acked      ID SECONDS         the server acknowledged the commit of this id
  refused    ID SECONDS WORDS   it did not (`-` where there was no connection to try it on)
  anomalies  SECONDS WORDS      on connecting, the database held less than was acknowledged

It never makes its table or its database: an empty database that is served by mistake must show.
`ledger.py losses` compares `acked` with what the database holds now. The connection comes from PGHOST,
PGPORT, PGUSER, PGPASSWORD and PGDATABASE, the directory of the three files from STATE_DIRECTORY.
"""

import os
import sys
import time

import psycopg2

PERIOD = 0.1  # seconds
CONNECT_TIMEOUT = 3  # seconds
STATE = os.environ["STATE_DIRECTORY"]


def note(file, *words):
    """Appends one line; on disk before it counts, so that a power cut cannot un-acknowledge a row."""
    line = " ".join(str(word) for word in words) + "\n"
    descriptor = os.open(f"{STATE}/{file}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(descriptor, line.encode())
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)


def now():
    return f"{time.time():.3f}"


def acknowledged():
    """The ids of the acked file; a last line that a power cut tore is not an acknowledgement."""
    try:
        with open(f"{STATE}/acked") as file:
            lines = [line for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return set()
    return {int(line.split()[0]) for line in lines if line.split()}


def first_line(error):
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def connect():
    connection = psycopg2.connect(connect_timeout=CONNECT_TIMEOUT, application_name="ledger")
    connection.autocommit = True
    return connection


def look(connection, acked):
    """What a new connection shows: the highest id there, and an anomaly where rows are too few."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(id), 0), count(*) FROM ledger")
            highest, count = cursor.fetchone()
    except psycopg2.errors.UndefinedTable:
        note("anomalies", now(), "the table ledger is missing")
        return 0
    if count < acked:
        note("anomalies", now(), f"{count} rows are there, {acked} were acknowledged")
    return highest


def keep_ledger():
    ids = acknowledged()
    acked, last = len(ids), max(ids, default=0)
    connection = None
    due = time.monotonic()
    while True:
        time.sleep(max(0.0, due - time.monotonic()))
        due = max(due + PERIOD, time.monotonic())
        attempt = "-"
        try:
            if connection is None:
                connection = connect()
                last = max(last, look(connection, acked))
            # An id that was tried is never tried again: whether its commit happened may be unknown.
            last += 1
            attempt = last
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO ledger (id) VALUES (%s)", (attempt,))
            note("acked", attempt, now())
            acked += 1
        except psycopg2.Error as error:
            note("refused", attempt, now(), first_line(error))
            if connection is not None and connection.closed:
                connection = None


def losses():
    """Exit code 1 when an acknowledged row is missing or an anomaly was seen, 2 when nobody answers."""
    # Read first: what is acknowledged while we ask the database must not look missing.
    acked = acknowledged()
    try:
        with connect().cursor() as cursor:
            cursor.execute("SELECT id FROM ledger")
            present = {row[0] for row in cursor}
    except psycopg2.errors.UndefinedTable:
        present = set()
    except psycopg2.OperationalError as error:
        print(f"unreachable {first_line(error)}")
        return 2
    try:
        with open(f"{STATE}/anomalies") as file:
            anomalies = file.read().splitlines()
    except FileNotFoundError:
        anomalies = []
    missing = sorted(acked - present)
    print(f"acked {len(acked)}")
    print(f"present {len(present)}")
    print(" ".join([f"missing {len(missing)}"] + [str(number) for number in missing[:10]]))
    print(f"anomalies {len(anomalies)}")
    for line in anomalies[:10]:
        print(f"  {line}")
    return 1 if missing or anomalies else 0


if sys.argv[1:] == ["losses"]:
    sys.exit(losses())
keep_ledger()
