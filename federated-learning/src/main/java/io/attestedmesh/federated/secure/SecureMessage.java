package io.attestedmesh.federated.secure;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What goes from party to party, but for masked inputs: one byte for its kind, the 32 bytes of the terms' digest, and what
 * the kind says, big-endian. The length of every message is known before it comes.
 */
final class SecureMessage {
    /** Kinds, each the first byte of its messages. */
    enum Kind {
        ADVERT(1),
        SHARES(2),
        HOLDING(3),
        ROSTER(4),
        SURVIVORS(5),
        AGREEMENT(6),
        REVEAL(7);

        private final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }
    }

    /** Which of a client's two secrets a share is of. */
    enum Secret {
        SEED(1),
        KEY(2);

        private final byte code;

        Secret(int code) {
            this.code = (byte) code;
        }

        byte code() {
            return code;
        }
    }

    static final int DIGEST = 32;
    private static final Bytes NONE = Bytes.of(new byte[DIGEST]);
    private static final int HEADER = 1 + DIGEST;

    /**
     * What a client tells all others first.
     *
     * @param key X25519, for masks
     * @param seed a digest of its own mask's seed
     * @param seedShares digests of the shares of that, by place
     * @param keyShares digests of the shares of the private key, by place
     */
    record Advert(Bytes key, Bytes seed, List<Bytes> seedShares, List<Bytes> keyShares) {
        Bytes share(Secret of, int place) {
            return (of == Secret.SEED ? seedShares : keyShares).get(place - 1);
        }
    }

    private final SecureTerms terms;
    private final Bytes binding;

    SecureMessage(SecureTerms terms) {
        this.terms = terms;
        this.binding = terms.binding();
    }

    Bytes binding() {
        return binding;
    }

    private byte[] write(Kind kind, int rest, Consumer<ByteBuffer> what) {
        byte[] message = new byte[HEADER + rest];
        ByteBuffer out = ByteBuffer.wrap(message).put(kind.code).put(binding.toByteArray());
        what.accept(out);
        return message;
    }

    private ByteBuffer read(Kind kind, byte[] message, int rest) throws SecureAggregationException {
        if (message.length != HEADER + rest) {
            throw malformed(kind + " of " + (HEADER + rest) + " bytes", message.length + " bytes");
        }
        if (message[0] != kind.code) {
            throw malformed(kind.toString(), "kind " + (message[0] & 0xff));
        }
        ByteBuffer buffer = ByteBuffer.wrap(message).position(1);
        if (!bytes(buffer).equals(binding)) {
            throw new SecureAggregationException(
                    SecureReason.OTHER_RUN,
                    "terms " + binding.hex(),
                    "terms " + Bytes.of(message).slice(1, HEADER).hex());
        }
        return buffer;
    }

    private static SecureAggregationException malformed(String expected, String actual) {
        return new SecureAggregationException(SecureReason.MALFORMED, expected, actual);
    }

    private static Bytes bytes(ByteBuffer from) {
        byte[] bytes = new byte[DIGEST];
        from.get(bytes);
        return Bytes.of(bytes);
    }

    byte[] advert(Advert advert) {
        return write(Kind.ADVERT, advertBytes(), out -> {
            out.put(advert.key().toByteArray()).put(advert.seed().toByteArray());
            advert.seedShares().forEach(digest -> out.put(digest.toByteArray()));
            advert.keyShares().forEach(digest -> out.put(digest.toByteArray()));
        });
    }

    private int advertBytes() {
        return (2 + 2 * terms.clients().size()) * DIGEST;
    }

    Advert advert(byte[] message) throws SecureAggregationException {
        ByteBuffer in = read(Kind.ADVERT, message, advertBytes());
        Bytes key = bytes(in);
        Bytes seed = bytes(in);
        return new Advert(key, seed, digests(in), digests(in));
    }

    private List<Bytes> digests(ByteBuffer in) {
        List<Bytes> digests = new ArrayList<>(terms.clients().size());
        for (int i = 0; i < terms.clients().size(); i++) {
            digests.add(bytes(in));
        }
        return digests;
    }

    /** Both shares of a client, for the one at {@code place}. */
    byte[] shares(int place, byte[] seedShare, byte[] keyShare) {
        return write(
                Kind.SHARES,
                1 + 2 * Shamir.BYTES,
                out -> out.put((byte) place).put(seedShare).put(keyShare));
    }

    /** After the place has been checked: 32 bytes of the seed's share, and 32 of the key's. */
    ByteBuffer shares(int place, byte[] message) throws SecureAggregationException {
        ByteBuffer in = read(Kind.SHARES, message, 1 + 2 * Shamir.BYTES);
        int actual = in.get() & 0xff;
        if (actual != place) {
            throw new SecureAggregationException(
                    SecureReason.WRONG_SHARE, "shares for place " + place, "for place " + actual);
        }
        return in;
    }

    private int setBytes() {
        return (terms.clients().size() + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** A set of clients: a bit for each of the terms, the first one the highest of its byte, zeros after the last. */
    byte[] set(Kind kind, SortedSet<Integer> clients) {
        byte[] bits = new byte[setBytes()];
        for (int client : clients) {
            int index = terms.place(client) - 1;
            bits[index / Byte.SIZE] |= (byte) (0x80 >>> (index % Byte.SIZE));
        }
        return write(kind, bits.length, out -> out.put(bits));
    }

    SortedSet<Integer> set(Kind kind, byte[] message) throws SecureAggregationException {
        ByteBuffer in = read(kind, message, setBytes());
        SortedSet<Integer> clients = new TreeSet<>();
        for (int index = 0; index < setBytes() * Byte.SIZE; index++) {
            if ((message[in.position() + index / Byte.SIZE] & (0x80 >>> (index % Byte.SIZE))) == 0) {
                continue;
            }
            if (index >= terms.clients().size()) {
                throw malformed("zeros after the last client", "a bit at " + index);
            }
            clients.add(terms.clients().get(index));
        }
        return clients;
    }

    /** What stands for an advert where it is told which one was seen. */
    static Bytes digestOf(byte[] advert) {
        var digest = SecureTerms.sha256("amesh advert");
        digest.update(advert);
        return Bytes.of(digest.digest());
    }

    /** For each client of the terms the digest of its advert as the sender saw it, zeros if it does not hold its shares. */
    byte[] holding(Map<Integer, Bytes> adverts) {
        return write(
                Kind.HOLDING,
                terms.clients().size() * DIGEST,
                out -> terms.clients()
                        .forEach(client ->
                                out.put(adverts.getOrDefault(client, NONE).toByteArray())));
    }

    /** By client; without those that it does not hold. */
    Map<Integer, Bytes> holding(byte[] message) throws SecureAggregationException {
        ByteBuffer in = read(Kind.HOLDING, message, terms.clients().size() * DIGEST);
        Map<Integer, Bytes> adverts = new TreeMap<>();
        for (int client : terms.clients()) {
            Bytes digest = bytes(in);
            if (!digest.equals(NONE)) {
                adverts.put(client, digest);
            }
        }
        return adverts;
    }

    /** SHA-256 over what a client was told, and by whom of the roster, by which others see whether they were told the same. */
    byte[] agreement(SortedSet<Integer> roster, SortedSet<Integer> survivors, Map<Integer, Bytes> adverts) {
        var digest = SecureTerms.sha256("amesh agreement");
        digest.update(set(Kind.ROSTER, roster));
        digest.update(set(Kind.SURVIVORS, survivors));
        roster.forEach(client -> adverts.get(client).update(digest));
        return write(Kind.AGREEMENT, DIGEST, out -> out.put(digest.digest()));
    }

    Bytes agreement(byte[] message) throws SecureAggregationException {
        return bytes(read(Kind.AGREEMENT, message, DIGEST));
    }

    /** One share for each of so many clients, in their order: which secret it is of, and the share. */
    byte[] reveal(int clients, Consumer<ByteBuffer> shares) {
        return write(Kind.REVEAL, clients * (1 + Shamir.BYTES), shares);
    }

    /** What follows is, for each client of the roster, which secret a share is of, and the share. */
    ByteBuffer reveal(int clients, byte[] message) throws SecureAggregationException {
        return read(Kind.REVEAL, message, clients * (1 + Shamir.BYTES));
    }

    /** What an owner says beforehand of the share of one of its secrets, that nobody can put another in its place. */
    Bytes commitment(Secret of, int owner, int place, byte[] share) {
        var digest = SecureTerms.sha256("amesh share");
        binding.update(digest);
        digest.update(ByteBuffer.allocate(4)
                .putShort((short) owner)
                .put(of.code)
                .put((byte) place)
                .flip());
        digest.update(share);
        return Bytes.of(digest.digest());
    }

    /** Place 0: the seed itself. */
    Bytes seedCommitment(int owner, byte[] seed) {
        return commitment(Secret.SEED, owner, 0, seed);
    }
}
