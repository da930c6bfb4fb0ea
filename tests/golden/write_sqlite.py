"""Writes a token database as the custom store of Zoho's article does, with SQLite."""

import sqlite3
import sys

database = sqlite3.connect(sys.argv[1])
database.execute(
    "create table oauthtoken (id varchar(10) not null, user_name varchar(255), "
    "client_id varchar(255), client_secret varchar(255), refresh_token varchar(255), "
    "access_token varchar(255), grant_token varchar(255), expiry_time varchar(20), "
    "redirect_url varchar(255), api_domain varchar(255), primary key (id))"
)
database.executemany(
    "insert into oauthtoken values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [
        ("1", "alice@x.test:60001", "1000.CLIENT", "client-secret", "R-alice", "A-alice",
         "G-alice", "4102444800000", "https://app.x.test/oauth", "https://www.zohoapis.eu"),
        ("2", "o'brien@x.test", "1000.CLIENT", "client-secret", "R-bob", "A-bob",
         None, "5", "", None),
        ("3", None, None, None, None, "A-alone", None, None, None, None),
    ],
)
database.commit()
database.execute("vacuum")
