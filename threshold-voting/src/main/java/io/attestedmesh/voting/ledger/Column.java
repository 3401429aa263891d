package io.attestedmesh.voting.ledger;

/**
 * A column, and how much of it is fetched: more than there can honestly be is no reason to run out of memory.
 *
 * @param most characters or bytes; 0 if its type bounds it
 */
record Column(String name, int most) {
    static Column plain(String name) {
        return new Column(name, 0);
    }

    static Column upTo(String name, int most) {
        return new Column(name, most);
    }

    /** Quoted, since {@code value} is a word of SQL to H2. */
    String quoted() {
        return '"' + name + '"';
    }

    /** One more than there can be shows that there is too much. */
    String selected() {
        return most == 0 ? quoted() : "substring(" + quoted() + " from 1 for " + (most + 1) + ") as " + quoted();
    }
}
