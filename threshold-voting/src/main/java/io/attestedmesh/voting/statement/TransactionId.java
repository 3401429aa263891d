package io.attestedmesh.voting.statement;

import java.util.regex.Pattern;

/**
 * Names what is voted on, once for ever in its network.
 *
 * @param text 1 to 128 letters, digits, dots, hyphens, underscores and colons
 */
public record TransactionId(String text) implements Comparable<TransactionId> {
    public static final int LONGEST = 128;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:-]{1," + LONGEST + "}");

    /** Refuses other texts. */
    public TransactionId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("a transaction is named by 1 to " + LONGEST
                    + " letters, digits, dots, hyphens, underscores and colons");
        }
    }

    @Override
    public int compareTo(TransactionId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
