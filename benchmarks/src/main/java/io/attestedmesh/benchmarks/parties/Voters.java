package io.attestedmesh.benchmarks.parties;

import io.attestedmesh.benchmarks.parties.Stores.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Voters in processes of their own, which do what they are told together. */
final class Voters implements AutoCloseable {
    /** As the launcher runs a node. */
    static final List<String> LAUNCHED = List.of("-XX:+UseSerialGC", "-Xmx384m");
    /** Many on few cores: the second compiler would have most of them for minutes. */
    static final List<String> CROWDED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx384m");

    private static final long SOON_NANOS = 20_000_000;

    private final List<Child> children = new ArrayList<>();

    /**
     * What a load came to.
     *
     * @param perSecond transactions that were decided a second, until the last of them was at all voters
     * @param cpuMillis processor time of all voters for one of them
     */
    record Load(double perSecond, double cpuMillis) {}

    /**
     * How long one vote took, and one decision, from when it was asked for.
     *
     * @param decided until all have it on the disk
     * @param stored until the ledger and the coordination store of each have the outcome too
     */
    record Decision(double decided, double stored) {}

    Voters(List<String> options, Path folder, int voters, int threshold, Optional<Servers> servers) throws Exception {
        Cloud.create(folder);
        List<String> ports = new ArrayList<>();
        for (int i = 0; i < voters; i++) {
            ports.add(Integer.toString(Child.freePort()));
        }
        for (int id = 1; id <= voters; id++) {
            List<String> arguments = new ArrayList<>(List.of(
                    folder.toString(), Integer.toString(id), Integer.toString(threshold), String.join(",", ports)));
            servers.ifPresent(there -> arguments.addAll(
                    List.of(there.etcd(), there.postgres(), there.password().toString())));
            children.add(Child.start(options, VoterProcess.class, arguments.toArray(String[]::new)));
        }
        for (Child child : children) {
            child.answer();
        }
        var unused = all("ready");
    }

    int size() {
        return children.size();
    }

    private List<double[]> all(String line) throws IOException {
        return Child.all(children, line);
    }

    private double[] first(String line) throws IOException {
        return Child.all(children.subList(0, 1), line).get(0);
    }

    private static long soon() {
        return System.nanoTime() + SOON_NANOS;
    }

    /** The first does one thing so many times, one after the other: median and 99th percentile, in ms. */
    double[] busy(String order, int times) throws IOException {
        double[] micros = first(order + " " + times + " 0");
        return new double[] {micros[0] / 1e3, micros[1] / 1e3};
    }

    /** The first does one thing once, after the same pause as before a vote; ms. */
    double rested(String order) throws IOException {
        return first(order + " 1 " + soon())[0] / 1e3;
    }

    private static double latest(List<double[]> times) {
        return times.stream().mapToDouble(time -> time[0]).max().orElseThrow();
    }

    /** The first votes, alone: ms until all others have it. Then they vote too, so that nothing stays open. */
    double spread(String transaction) throws IOException {
        List<Child> others = children.subList(1, children.size());
        long at = soon();
        var unused = first("vote " + transaction + " " + at);
        double millis = (latest(Child.all(others, "heard " + transaction)) - at) / 1e6;
        var unusedToo = Child.all(others, "vote " + transaction + " 0");
        settle(transaction);
        return millis;
    }

    private double settle(String transaction) throws IOException {
        double settled = latest(all("settled " + transaction));
        var unused = all("stored " + transaction);
        return settled;
    }

    /** All vote at one time; ms. */
    Decision decide(String transaction) throws IOException {
        long at = soon();
        children.forEach(child -> {
            child.tell("vote " + transaction + " " + at);
            child.tell("settled " + transaction);
            child.tell("stored " + transaction);
        });
        double settled = 0;
        double stored = 0;
        for (Child child : children) {
            String unused = child.answer();
            settled = Math.max(settled, child.numbers()[0]);
            stored = Math.max(stored, child.numbers()[0]);
        }
        return new Decision((settled - at) / 1e6, (stored - at) / 1e6);
    }

    /** All vote as fast as they can, with {@code open} transactions open at each. */
    Load load(String prefix, int seconds, int open) throws IOException {
        long at = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        List<double[]> answers = all("load " + prefix + " " + at + " " + seconds + " " + open);
        double last = latest(answers);
        List<double[]> ends = all("finish " + prefix + " " + (long) last);
        double cpu = ends.stream().mapToDouble(end -> end[1]).sum();
        return new Load(last / ((latest(ends) - at) / 1e9), cpu / last * 1e3);
    }

    @Override
    public void close() {
        Child.endAll(children);
    }
}
