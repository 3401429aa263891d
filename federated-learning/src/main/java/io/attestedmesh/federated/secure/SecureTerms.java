package io.attestedmesh.federated.secure;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.mpc.session.SessionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * What all parties of a run have agreed on before it begins. Every message carries a digest of it, and every key is derived
 * with that, so that nothing of one run fits into another.
 *
 * @param session of the messages
 * @param run the number of this run, such as the round of training
 * @param aggregator its party id; no client
 * @param clients their party ids, ascending; 2 to {@value #MOST_CLIENTS}
 * @param threshold how many clients have to be left at the end, and how many shares open a secret: more than half of the
 *     clients, so that no two sets of this size know nothing of each other
 * @param mostExamples that one update may stand for
 */
public record SecureTerms(
        SessionId session,
        long run,
        int aggregator,
        List<Integer> clients,
        int threshold,
        Quantiser quantiser,
        long mostExamples,
        Layout layout) {
    /** As many as there are places of shares other than 0 in a field of 256. */
    public static final int MOST_CLIENTS = 255;

    private static final int LARGEST_PARTY = 65_535;

    public SecureTerms {
        clients = List.copyOf(clients);
        if (clients.size() < 2 || clients.size() > MOST_CLIENTS || clients.contains(aggregator)) {
            throw new IllegalArgumentException(
                    clients.size() + " clients, where 2 to " + MOST_CLIENTS + " other than the aggregator may be");
        }
        int before = 0;
        for (int client : clients) {
            if (client <= before || client > LARGEST_PARTY) {
                throw new IllegalArgumentException("clients " + clients + " are not ascending party ids");
            }
            before = client;
        }
        if (threshold > clients.size() || 2 * threshold <= clients.size()) {
            throw new IllegalArgumentException("a threshold of " + threshold + " of " + clients.size()
                    + " clients; it is more than half of them, and all of them at most");
        }
        if (mostExamples < 1 || mostExamples > 1L << 53) {
            throw new IllegalArgumentException("at most " + mostExamples + " examples");
        }
        Ring ring = Ring.forSum(clients.size(), Math.max(quantiser.largest(), mostExamples));
        if ((layout.elements() + 1) * ring.bytes() > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException("a model of " + layout.elements() + " numbers, of " + ring.bytes()
                    + " bytes each when masked, is more than 2 GiB");
        }
    }

    /**
     * With a threshold of more than two thirds: an aggregator that lies, together with fewer than a third of the clients, then
     * learns no more than sums over the threshold.
     */
    public static SecureTerms of(
            SessionId session,
            long run,
            int aggregator,
            List<Integer> clients,
            Quantiser quantiser,
            long mostExamples,
            Layout layout) {
        return new SecureTerms(
                session, run, aggregator, clients, 2 * clients.size() / 3 + 1, quantiser, mostExamples, layout);
    }

    Ring ring() {
        return Ring.forSum(clients.size(), Math.max(quantiser.largest(), mostExamples));
    }

    /** Bytes of a masked input: a number for each of the model's, and one for the examples. */
    int inputBytes() {
        return (int) ((layout.elements() + 1) * ring().bytes());
    }

    /** The place of a client's shares, from 1, or 0 if it is none. */
    int place(int client) {
        return clients.indexOf(client) + 1;
    }

    /** SHA-256 over all of it. */
    Bytes binding() {
        MessageDigest digest = sha256("amesh secure aggregation 1");
        ByteBuffer fixed = ByteBuffer.allocate(128 + Short.BYTES * clients.size());
        fixed.put(session.toByteArray()).putLong(run).putShort((short) aggregator);
        fixed.putShort((short) clients.size());
        clients.forEach(client -> fixed.putShort(client.shortValue()));
        fixed.putShort((short) threshold);
        fixed.putDouble(quantiser.clip()).put((byte) quantiser.bits()).putLong(mostExamples);
        digest.update(fixed.flip());
        layout.digestInto(digest);
        return Bytes.of(digest.digest());
    }

    /** A digest that has taken {@code purpose}, of a fixed length for each purpose, with its length. */
    static MessageDigest sha256(String purpose) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] text = purpose.getBytes(StandardCharsets.US_ASCII);
            digest.update((byte) text.length);
            digest.update(text);
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
