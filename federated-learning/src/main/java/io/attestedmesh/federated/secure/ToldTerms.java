package io.attestedmesh.federated.secure;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.mpc.session.SessionId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Terms as a server tells them to its clients, among the named values of a round; the layout is that of the model beside
 * them.
 *
 * @param time of each step
 */
public record ToldTerms(SecureTerms terms, Duration time) {
    private static final String PREFIX = "secure_";
    private static final String SESSION = PREFIX + "session";
    private static final String RUN = PREFIX + "run";
    private static final String AGGREGATOR = PREFIX + "aggregator";
    private static final String CLIENTS = PREFIX + "clients";
    private static final String THRESHOLD = PREFIX + "threshold";
    private static final String CLIP = PREFIX + "clip";
    private static final String BITS = PREFIX + "bits";
    private static final String MOST_EXAMPLES = PREFIX + "most_examples";
    private static final String SECONDS = PREFIX + "seconds";

    /** True if a server asks for the sum only, or says that it does. */
    public static boolean in(Map<String, Scalar> config) {
        return config.keySet().stream().anyMatch(name -> name.startsWith(PREFIX));
    }

    /** What else is told. */
    public static Map<String, Scalar> without(Map<String, Scalar> config) {
        Map<String, Scalar> rest = new LinkedHashMap<>(config);
        rest.keySet().removeIf(name -> name.startsWith(PREFIX));
        return rest;
    }

    /** As values of a round. */
    public Map<String, Scalar> tell() {
        ByteBuffer clients = ByteBuffer.allocate(Short.BYTES * terms.clients().size());
        terms.clients().forEach(client -> clients.putShort(client.shortValue()));
        Map<String, Scalar> told = new LinkedHashMap<>();
        told.put(SESSION, new Scalar.Blob(Bytes.of(terms.session().toByteArray())));
        told.put(RUN, new Scalar.Whole(terms.run()));
        told.put(AGGREGATOR, new Scalar.Whole(terms.aggregator()));
        told.put(CLIENTS, new Scalar.Blob(Bytes.of(clients.array())));
        told.put(THRESHOLD, new Scalar.Whole(terms.threshold()));
        told.put(CLIP, new Scalar.Real(terms.quantiser().clip()));
        told.put(BITS, new Scalar.Whole(terms.quantiser().bits()));
        told.put(MOST_EXAMPLES, new Scalar.Whole(terms.mostExamples()));
        told.put(SECONDS, new Scalar.Whole(time.toSeconds()));
        return told;
    }

    /**
     * What was told, as far as it makes sense by itself; whose the ids are is for the caller to check.
     *
     * @throws SecureAggregationException TERMS
     */
    public static ToldTerms of(Map<String, Scalar> config, Layout layout) throws SecureAggregationException {
        Bytes session = blob(config, SESSION);
        if (session.size() != SessionId.SIZE) {
            throw refused("a session of " + SessionId.SIZE + " bytes", session.size() + " bytes");
        }
        try {
            SecureTerms terms = new SecureTerms(
                    SessionId.of(ByteBuffer.wrap(session.toByteArray())),
                    whole(config, RUN),
                    Math.toIntExact(whole(config, AGGREGATOR)),
                    clients(blob(config, CLIENTS)),
                    Math.toIntExact(whole(config, THRESHOLD)),
                    new Quantiser(real(config, CLIP), Math.toIntExact(whole(config, BITS))),
                    whole(config, MOST_EXAMPLES),
                    layout);
            Duration time = Duration.ofSeconds(whole(config, SECONDS));
            SecurePlan.requireTime(time);
            return new ToldTerms(terms, time);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw refused("terms that a run can have", String.valueOf(e.getMessage()));
        }
    }

    /** Why a client does not take part by these terms. */
    public static SecureAggregationException refused(String expected, String actual) {
        return new SecureAggregationException(SecureReason.TERMS, expected, actual);
    }

    private static List<Integer> clients(Bytes ids) throws SecureAggregationException {
        if (ids.size() % Short.BYTES != 0 || ids.size() > Short.BYTES * SecureTerms.MOST_CLIENTS) {
            throw refused(
                    "2 bytes for each of at most " + SecureTerms.MOST_CLIENTS + " clients", ids.size() + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(ids.toByteArray());
        List<Integer> clients = new ArrayList<>();
        while (in.hasRemaining()) {
            clients.add(in.getShort() & 0xffff);
        }
        return clients;
    }

    private static long whole(Map<String, Scalar> config, String name) throws SecureAggregationException {
        if (config.get(name) instanceof Scalar.Whole whole) {
            return whole.value();
        }
        throw missing(config, name, "a whole number");
    }

    private static double real(Map<String, Scalar> config, String name) throws SecureAggregationException {
        if (config.get(name) instanceof Scalar.Real real) {
            return real.value();
        }
        throw missing(config, name, "a real number");
    }

    private static Bytes blob(Map<String, Scalar> config, String name) throws SecureAggregationException {
        if (config.get(name) instanceof Scalar.Blob blob) {
            return blob.value();
        }
        throw missing(config, name, "bytes");
    }

    private static SecureAggregationException missing(Map<String, Scalar> config, String name, String type) {
        Scalar other = config.get(name);
        return refused(
                name + ", " + type, other == null ? "nothing" : other.getClass().getSimpleName());
    }
}
