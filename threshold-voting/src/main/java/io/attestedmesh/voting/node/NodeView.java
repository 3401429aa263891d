package io.attestedmesh.voting.node;

import io.attestedmesh.voting.statement.Committee;

/**
 * A node as a whole.
 *
 * @param key its voting key in hexadecimal
 * @param statements that it has signed
 * @param transactions that it knows, pending ones among them
 * @param ready whether it votes: enough others have said, since it started, what they hold of it
 * @param rolledBack whether it never votes again in this epoch, because its disk went back
 * @param score as this node itself sees it, 0 to 100
 */
public record NodeView(
        String node,
        Committee committee,
        String key,
        long statements,
        long transactions,
        int pending,
        boolean ready,
        boolean rolledBack,
        double score) {}
