package io.attestedmesh.voting.coordination;

/**
 * Where a node says that it is. Nobody verified that: what is there has to prove itself over the connection.
 *
 * @param node 1 to 253 printable ASCII characters
 * @param host a name or an address without brackets
 * @param port 1 to 65535
 * @param epoch of the committee, from 1
 */
public record MemberRecord(String node, String host, int port, long epoch) {
    private static final int LONGEST = 253;

    /** Refuses others. */
    public MemberRecord {
        if (node.isEmpty()
                || node.length() > LONGEST
                || !node.chars().allMatch(character -> character > ' ' && character < 127)) {
            throw new IllegalArgumentException("a node is named by 1 to " + LONGEST + " printable ASCII characters");
        }
        if (!host.matches("[A-Za-z0-9._:-]{1," + LONGEST + "}")) {
            throw new IllegalArgumentException("a host is a name or an address, of " + LONGEST + " characters at most");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is 1 to 65535, not " + port);
        }
        if (epoch < 1) {
            throw new IllegalArgumentException("the first epoch is 1, not " + epoch);
        }
    }
}
