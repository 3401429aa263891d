package io.attestedmesh.federated.secure;

import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import io.attestedmesh.mpc.session.SessionId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A run in one process. What every party received is kept, for those who look at it later. */
final class LocalRun implements AutoCloseable {
    /** The last thing that a client does not do any more. */
    enum Point {
        KEYS,
        SHARES,
        INPUT,
        AGREEMENT,
        REVEAL
    }

    static final int AGGREGATOR = 1000;
    static final long MOST_EXAMPLES = 1000;
    static final Quantiser QUANTISER = new Quantiser(1, 20);
    static final SecureRandom RANDOM = new SecureRandom();

    final SecureTerms terms;
    final SecureMessage messages;
    final Map<Integer, Model> updates = new TreeMap<>();
    final Map<Integer, Long> examples = new TreeMap<>();
    final Map<Integer, SecureClient> clients = new TreeMap<>();
    final SecureAggregator aggregator;
    final Map<Integer, Point> drops = new HashMap<>();

    /** All that the aggregator receives. */
    final Map<Integer, byte[]> adverts = new TreeMap<>();

    final Map<Integer, byte[]> holdings = new TreeMap<>();
    final Map<Integer, byte[]> inputs = new TreeMap<>();
    final Map<Integer, byte[]> reveals = new TreeMap<>();

    /** From one client to another, which the aggregator never sees. */
    final Map<Integer, Map<Integer, byte[]>> shares = new TreeMap<>();

    byte[] roster;
    byte[] survivors;

    LocalRun(int count, Layout layout, Random updates) throws Exception {
        this(terms(count, layout), updates);
    }

    LocalRun(SecureTerms terms, Random random) throws Exception {
        this.terms = terms;
        this.messages = new SecureMessage(terms);
        this.aggregator = new SecureAggregator(terms);
        for (int client : terms.clients()) {
            updates.put(client, model(terms.layout(), random));
            examples.put(client, 1L + (long) random.nextInt((int) terms.mostExamples()));
            clients.put(client, new SecureClient(terms, client, updates.get(client), examples.get(client), RANDOM));
        }
    }

    static SecureTerms terms(int count, Layout layout) {
        return SecureTerms.of(
                SessionId.random(RANDOM),
                1,
                AGGREGATOR,
                IntStream.rangeClosed(1, count).map(i -> 3 * i).boxed().toList(),
                QUANTISER,
                MOST_EXAMPLES,
                layout);
    }

    /** Three tensors of two types. */
    static Layout layout(int size) {
        return new Layout(List.of(
                new Layout.Entry("weight", DType.FLOAT32, Shape.of(size, 3)),
                new Layout.Entry("empty", DType.FLOAT32, Shape.of(0)),
                new Layout.Entry("bias", DType.FLOAT64, Shape.of(size))));
    }

    /** Numbers of about 0 to 1, some beyond the clip range. */
    static Model model(Layout layout, Random random) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Layout.Entry entry : layout.tensors()) {
            ByteBuffer data = ByteBuffer.allocate(
                            entry.shape().elements() * entry.type().bytes())
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < entry.shape().elements(); i++) {
                double value = random.nextGaussian() / 2;
                if (entry.type() == DType.FLOAT32) {
                    data.putFloat((float) value);
                } else {
                    data.putDouble(value);
                }
            }
            tensors.put(entry.name(), Tensor.of(entry.type(), entry.shape(), data.flip()));
        }
        return Model.of(tensors);
    }

    boolean does(int client, Point point) {
        return !drops.containsKey(client) || drops.get(client).compareTo(point) > 0;
    }

    /** To where clients have masked their inputs, and the aggregator knows the roster. */
    void collect() throws Exception {
        for (int client : clients.keySet()) {
            if (does(client, Point.KEYS)) {
                adverts.put(client, clients.get(client).advertise());
            }
        }
        aggregator.adverts(adverts);
        for (int client : adverts.keySet()) {
            shares.put(client, clients.get(client).share(without(adverts, client)));
        }
        for (int client : adverts.keySet()) {
            Map<Integer, byte[]> theirs = new TreeMap<>();
            shares.forEach((from, out) -> {
                if (from != client && does(from, Point.SHARES)) {
                    theirs.put(from, out.get(client));
                }
            });
            if (does(client, Point.SHARES)) {
                holdings.put(client, clients.get(client).hold(theirs));
            }
        }
        roster = aggregator.roster(holdings);
        for (int client : aggregator.roster()) {
            inputs.put(client, bytes(clients.get(client).mask(roster)));
        }
    }

    /** Whose inputs come is in the sum. */
    void fold() throws Exception {
        for (int client : aggregator.roster()) {
            if (does(client, Point.INPUT)) {
                IncomingInput input = aggregator.receive(client);
                input.write(ByteBuffer.wrap(inputs.get(client)));
                aggregator.fold(input);
            }
        }
        survivors = aggregator.survivors();
    }

    SecureSum unmask() throws Exception {
        Map<Integer, byte[]> agreements = new TreeMap<>();
        for (int client : aggregator.survivorIds()) {
            if (does(client, Point.AGREEMENT)) {
                agreements.put(client, clients.get(client).agree(survivors));
            }
        }
        for (int client : agreements.keySet()) {
            if (does(client, Point.REVEAL)) {
                reveals.put(client, clients.get(client).reveal(without(agreements, client)));
            }
        }
        return aggregator.unmask(reveals);
    }

    SecureSum run() throws Exception {
        collect();
        fold();
        return unmask();
    }

    static <T> Map<Integer, T> without(Map<Integer, T> all, int one) {
        Map<Integer, T> rest = new TreeMap<>(all);
        rest.remove(one);
        return rest;
    }

    static byte[] bytes(MaskedInput input) throws Exception {
        try (input) {
            return read(input, 0);
        }
    }

    static byte[] read(MaskedInput input, long offset) throws Exception {
        try (var in = input.from(offset)) {
            return in.readAllBytes();
        }
    }

    /** What a client masks: its quantised numbers, and its examples. */
    long[] quantised(int client) {
        long[] numbers = new long[(int) terms.layout().elements() + 1];
        int at = 0;
        double weight = (double) examples.get(client) / (double) terms.mostExamples();
        for (Tensor tensor : updates.get(client).list()) {
            for (int i = 0; i < tensor.elements(); i++) {
                numbers[at++] = terms.quantiser().quantise(tensor.at(i), weight);
            }
        }
        numbers[at] = examples.get(client);
        return numbers;
    }

    long[] plainSum(Collection<Integer> of) {
        long[] sum = new long[(int) terms.layout().elements() + 1];
        for (int client : of) {
            long[] numbers = quantised(client);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += numbers[i];
            }
        }
        return sum;
    }

    static long[] numbers(SecureSum sum, SecureTerms terms) {
        long[] numbers = new long[(int) terms.layout().elements() + 1];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = sum.number(i);
        }
        return numbers;
    }

    SortedSet<Integer> set(SecureMessage.Kind kind, byte[] message) throws SecureAggregationException {
        return messages.set(kind, message);
    }

    @Override
    public void close() {
        clients.values().forEach(SecureClient::close);
    }
}
