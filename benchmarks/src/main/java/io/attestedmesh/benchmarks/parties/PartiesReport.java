package io.attestedmesh.benchmarks.parties;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the parties, has them work, and prints ratios as Markdown: {@code PartiesReport ROUNDS PLOT.svg}.
 */
public final class PartiesReport implements AutoCloseable {
    private static final int PARTIES = 4;
    private static final String HEAP = "-Xmx512m";
    private static final String SMALL_HEAP = "-Xmx256m";

    /**
     * How much is done.
     *
     * @param sessions at once, beside as many chains of calls
     * @param rounds of each while warming up; five times as many are measured, and fifty times as many of one session
     * @param messages in all, for each number of sessions
     * @param numbers of sessions
     * @param idle sessions that are open
     * @param mebibytes of a stream
     */
    record Scale(int sessions, int rounds, int messages, List<Integer> numbers, int idle, int mebibytes) {
        static final Scale FULL = new Scale(100, 40, 20_000, List.of(10, 100, 1000, 10_000), 10_000, 1024);
    }

    private final Path folder;
    private final Scale scale;
    private final String heap;
    private final List<String> ports = new ArrayList<>();
    private final List<Child> children = new ArrayList<>();
    private final Figures figures;
    private long nextId = 1;

    private PartiesReport(Path folder, Scale scale, String heap, Figures figures) throws Exception {
        this.folder = folder;
        this.scale = scale;
        this.heap = heap;
        this.figures = figures;
        for (int i = 0; i < PARTIES; i++) {
            ports.add(Integer.toString(Child.freePort()));
        }
        for (int id = 1; id <= PARTIES; id++) {
            children.add(start(id));
        }
        for (Child child : children) {
            child.answer();
        }
    }

    private Child start(int id) throws IOException {
        return Child.start(
                List.of(heap), PartyProcess.class, folder.toString(), Integer.toString(id), String.join(",", ports));
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("amesh-parties-");
        Figures all = run(folder, Integer.parseInt(args[0]), Scale.FULL);
        System.out.print(all.markdown());
        if (args.length > 1) {
            Files.write(Path.of(args[1]), plot(all, Scale.FULL.numbers()));
        }
    }

    static byte[] plot(Figures figures, List<Integer> numbers) {
        return new Plot(
                        PartiesReport::figure,
                        "µs",
                        "sessions at once",
                        "cost of a message of 1 KiB, four parties, attested TLS")
                .of(figures, numbers);
    }

    /** What the cost of a message with so many sessions is called. */
    private static String figure(int sessions) {
        return "µs a message with " + sessions + " sessions";
    }

    /** Every figure by its name, as often as there are rounds; streams are measured three times in each. */
    static Figures run(Path folder, int rounds, Scale scale) throws Exception {
        Cloud.create(folder);
        Figures all = new Figures();
        for (int round = 1; round <= rounds; round++) {
            System.err.println("round " + round + " of " + rounds);
            try (PartiesReport report = new PartiesReport(folder, scale, HEAP, all)) {
                report.messages();
                report.latency();
                report.scales();
                report.idle();
            }
            try (PartiesReport report = new PartiesReport(folder, scale, SMALL_HEAP, all)) {
                report.streams();
            }
        }
        return all;
    }

    /** Has all do the same at once; their answers. */
    private List<double[]> all(String line) throws IOException {
        return Child.all(children, line);
    }

    private double messagesPerSecond(String line, int sessions, int rounds) throws IOException {
        double slowest = all(line).stream().mapToDouble(one -> one[0]).max().orElseThrow();
        return (double) PARTIES * (PARTIES - 1) * sessions * rounds / slowest;
    }

    private String sessions(int sessions, int rounds) {
        return "rounds " + nextId++ + " " + sessions + " " + rounds;
    }

    private void messages() throws IOException {
        int sessions = scale.sessions();
        int rounds = scale.rounds();
        String calls = "calls 0 " + sessions + " ";
        for (int warmUp = 0; warmUp < 2; warmUp++) {
            all(sessions(sessions, rounds));
            all(calls + rounds);
        }
        double ours = messagesPerSecond(sessions(sessions, 5 * rounds), sessions, 5 * rounds);
        double plain = messagesPerSecond(calls + 5 * rounds, sessions, 5 * rounds);
        figures.add("messages of 1 KiB a second, all sessions", ours);
        figures.add("unary calls of 1 KiB a second, as many at once", plain);
        figures.add("messages ÷ unary calls", ours / plain);
    }

    private void latency() throws IOException {
        int rounds = 50 * scale.rounds();
        all(sessions(1, rounds / 4));
        all("calls 0 1 " + rounds / 4);
        List<double[]> ours = all(sessions(1, rounds));
        List<double[]> plain = all("calls 0 1 " + rounds);
        for (int i = 1; i <= 2; i++) {
            int column = i;
            String which = i == 1 ? "p50" : "p99";
            double ourMicros =
                    ours.stream().mapToDouble(one -> one[column]).average().orElseThrow();
            double plainMicros =
                    plain.stream().mapToDouble(one -> one[column]).average().orElseThrow();
            figures.add("round of one session, " + which + " µs", ourMicros);
            figures.add("round of unary calls, " + which + " µs", plainMicros);
            figures.add("round of one session ÷ round of unary calls, " + which, ourMicros / plainMicros);
        }
    }

    private void scales() throws IOException {
        for (int sessions : scale.numbers()) {
            int rounds = Math.max(5, scale.messages() / sessions);
            double perSecond = messagesPerSecond(sessions(sessions, rounds), sessions, rounds);
            figures.add(figure(sessions), 1e6 / perSecond);
        }
    }

    private void idle() throws IOException {
        double most = all("idle " + nextId++ + " " + scale.idle() + " 0").stream()
                .mapToDouble(one -> one[0])
                .max()
                .orElseThrow();
        figures.add("heap of an idle session, bytes", most);
    }

    private void streams() throws IOException {
        int mebibytes = scale.mebibytes();
        for (int warmUp = 0; warmUp < 3; warmUp++) {
            stream(mebibytes / 4);
            upload(mebibytes / 4);
        }
        for (int i = 0; i < 3; i++) {
            double[] heaps = new double[1];
            double ours = mebibytes / stream(mebibytes, heaps);
            double plain = mebibytes / upload(mebibytes);
            figures.add("stream, MiB a second", ours);
            figures.add("gRPC stream of 1 MiB chunks, MiB a second", plain);
            figures.add("stream ÷ gRPC stream", ours / plain);
            figures.add("peak heap of a side of the stream, MiB", heaps[0]);
        }
    }

    private double stream(int mebibytes, double... heap) throws IOException {
        long id = nextId++;
        children.get(1).tell("take " + id + " " + mebibytes + " 0");
        children.get(0).tell("send " + id + " " + mebibytes + " 0");
        String[] sent = children.get(0).answer().split(" ", -1);
        String taken = children.get(1).answer();
        if (heap.length > 0) {
            heap[0] = Math.max(Double.parseDouble(sent[1]), Double.parseDouble(taken)) / (1 << 20);
        }
        return Double.parseDouble(sent[0]);
    }

    private double upload(int mebibytes) throws IOException {
        children.get(0).tell("upload 0 " + mebibytes + " 0");
        return Double.parseDouble(children.get(0).answer());
    }

    @Override
    public void close() {
        Child.endAll(children);
    }
}
