package io.attestedmesh.benchmarks.parties;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.attest.ed25519.Ed25519PublicKey;
import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Starts voters in processes of their own, and prints what votes cost: {@code VotersReport VOTERS THRESHOLD SECONDS}. */
public final class VotersReport implements AutoCloseable {
    private static final String HEAP = "-Xmx384m";
    private static final int SAMPLES = 200;
    private static final int OPEN = 256;

    private final List<Child> children = new ArrayList<>();

    private VotersReport(Path folder, int voters, int threshold) throws Exception {
        List<String> ports = new ArrayList<>();
        for (int i = 0; i < voters; i++) {
            ports.add(Integer.toString(Child.freePort()));
        }
        for (int id = 1; id <= voters; id++) {
            children.add(Child.start(
                    HEAP,
                    VoterProcess.class,
                    folder.toString(),
                    Integer.toString(id),
                    Integer.toString(threshold),
                    String.join(",", ports)));
        }
        for (Child child : children) {
            child.answer();
        }
        all("ready");
    }

    public static void main(String[] args) throws Exception {
        int voters = Integer.parseInt(args[0]);
        int threshold = Integer.parseInt(args[1]);
        int seconds = Integer.parseInt(args[2]);
        Path folder = Files.createTempDirectory("amesh-voters-");
        Cloud.create(folder);
        try (VotersReport report = new VotersReport(folder, voters, threshold)) {
            report.sustained("warm", Math.min(seconds, 10));
            report.latency();
            report.throughput(seconds);
        }
    }

    private List<double[]> all(String line) throws IOException {
        children.forEach(child -> child.tell(line));
        List<double[]> answers = new ArrayList<>();
        for (Child child : children) {
            String answer = child.answer();
            answers.add(
                    answer.equals("ready")
                            ? new double[0]
                            : Arrays.stream(answer.split(" ", -1))
                                    .mapToDouble(Double::parseDouble)
                                    .toArray());
        }
        return answers;
    }

    private static void print(String what, double value) {
        System.out.printf(Locale.ROOT, "| %s | %.3f |%n", what, value);
    }

    private static double percentile(List<Double> values, int percent) {
        return values.stream()
                .sorted()
                .skip((long) values.size() * percent / 100)
                .findFirst()
                .orElseThrow();
    }

    private double[] first(String line) throws IOException {
        children.get(0).tell(line);
        return Arrays.stream(children.get(0).answer().split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    private void latency() throws IOException, InterruptedException {
        double[] trip = first("trip " + SAMPLES);
        double[] fsync = first("fsync " + SAMPLES);
        List<Double> spread = new ArrayList<>();
        List<Double> decided = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            String one = "spread" + i;
            double begin = first("vote " + one)[0];
            TimeUnit.MILLISECONDS.sleep(100);
            spread.add((times(one, 0, 1) - begin) / 1e6);
            String each = "decide" + i;
            double earliest = all("vote " + each).stream()
                    .mapToDouble(answer -> answer[0])
                    .min()
                    .orElseThrow();
            TimeUnit.MILLISECONDS.sleep(100);
            decided.add((times(each, 1, 0) - earliest) / 1e6);
        }
        print("bare gRPC round trip, p50 ms", trip[0] / 1e3);
        print("bare gRPC round trip, p99 ms", trip[1] / 1e3);
        print("one fsync, p50 ms", fsync[0] / 1e3);
        print("one fsync, p99 ms", fsync[1] / 1e3);
        print("vote submitted → all nodes have it, p50 ms", percentile(spread, 50));
        print("vote submitted → all nodes have it, p99 ms", percentile(spread, 99));
        print("submitted → decided and durable at all, p50 ms", percentile(decided, 50));
        print("submitted → decided and durable at all, p99 ms", percentile(decided, 99));
        print("spread p99 ÷ round trip p99", percentile(spread, 99) / (trip[1] / 1e3));
        print("decided p50 ÷ (round trip + fsync) p50", percentile(decided, 50) / ((trip[0] + fsync[0]) / 1e3));
    }

    /** The latest of all voters from number {@code from} on, in that column of their times. */
    private double times(String transaction, int column, int from) throws IOException {
        double latest = 0;
        List<double[]> times = all("times " + transaction);
        for (int voter = from; voter < times.size(); voter++) {
            if (times.get(voter)[column] == 0) {
                throw new IOException("voter " + (voter + 1) + " has not got " + transaction + " in time");
            }
            latest = Math.max(latest, times.get(voter)[column]);
        }
        return latest;
    }

    private double[] sustained(String prefix, int seconds) throws IOException {
        List<double[]> answers = all("load " + prefix + " " + seconds + " " + OPEN);
        double decided = answers.stream().mapToDouble(answer -> answer[0]).min().orElseThrow();
        double cpu = answers.stream().mapToDouble(answer -> answer[1]).sum();
        return new double[] {decided / seconds, cpu / decided * 1e3};
    }

    private void throughput(int seconds) throws Exception {
        double[] sustained = sustained("load", seconds);
        double[] signatures = signatures();
        int voters = children.size();
        // each node signs one statement of a transaction and verifies those of the others
        double limit = Runtime.getRuntime().availableProcessors()
                * 1e6
                / (voters * (signatures[0] + (voters - 1) * signatures[1]));
        print("decided transactions a second, for " + seconds + " s", sustained[0]);
        print("processor time of a transaction, all nodes, ms", sustained[1]);
        print("one signature, µs", signatures[0]);
        print("one verification, µs", signatures[1]);
        print("transactions a second that signatures alone would allow", limit);
        print("decided ÷ that limit", sustained[0] / limit);
    }

    /** Median µs to sign and to verify a statement's bytes, when the nodes do nothing. */
    private static double[] signatures() throws Exception {
        Ed25519PrivateKey key = Ed25519PrivateKey.generate(new SecureRandom());
        Ed25519PublicKey verifier = key.publicKey();
        Bytes message = Bytes.of(new byte[120]);
        int times = 4000;
        double[] sign = new double[times];
        double[] verify = new double[times];
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            Bytes signature = key.sign(message);
            long signed = System.nanoTime();
            if (!verifier.verify(message, signature)) {
                throw new IllegalStateException("a signature that does not verify");
            }
            sign[i] = (signed - begin) / 1e3;
            verify[i] = (System.nanoTime() - signed) / 1e3;
        }
        Arrays.sort(sign);
        Arrays.sort(verify);
        return new double[] {sign[times / 2], verify[times / 2]};
    }

    @Override
    public void close() {
        children.forEach(child -> child.in().close());
        for (Child child : children) {
            try {
                if (!child.process().waitFor(30, TimeUnit.SECONDS)) {
                    child.process().destroyForcibly();
                }
            } catch (InterruptedException e) {
                child.process().destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
