package io.attestedmesh.benchmarks;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Many streams at once through a tunnel whose ends are processes of their own: {@code TunnelSoak CONNECTIONS SECONDS
 * ENGINE}. Prints what stayed as Markdown; the exit status is 1 if a byte was wrong, a stream was cut short, or something
 * leaked, and 3 if the machine does not allow so many descriptors.
 */
final class TunnelSoak implements AutoCloseable {
    // what a JVM and Netty's loops have open
    private static final int OTHER_DESCRIPTORS = 150;
    private static final int SLACK_DESCRIPTORS = 40;
    private static final long SLACK_HEAP = 8 << 20;
    private static final long MOST_RESIDENT_KIB = 512 * 1024;
    private static final int WARMING = 100;
    private static final List<String> LIMITS = List.of(
            "-Xmx112m",
            "-Xmn24m",
            "-XX:MaxDirectMemorySize=96m",
            "-XX:+UseSerialGC",
            "-Xss512k",
            "-XX:ReservedCodeCacheSize=48m",
            "-Djava.util.logging.config.file=/dev/null");

    private final List<End> ends = new ArrayList<>();
    private final SoakLoad load;

    /**
     * What a process has.
     *
     * @param heap in use after collecting, in bytes
     */
    private record State(int streams, long heap, long descriptors) {}

    private record End(String role, Process process, PrintStream in, BufferedReader out) {
        State state() throws IOException {
            in.println("state");
            String[] words = line().split(" ", -1);
            return new State(Integer.parseInt(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
        }

        String line() throws IOException {
            String line = out.readLine();
            if (line == null) {
                throw new IOException("the tunnel's " + role + " has ended");
            }
            return line;
        }

        long peakResidentKib() throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
            throw new IOException("this kernel does not tell the peak of memory");
        }
    }

    private TunnelSoak(Path folder, int connections, String engine) throws Exception {
        Parties.create(folder);
        load = new SoakLoad(connections);
        int server = start(folder, "server", load.targetPort(), engine, connections);
        load.leadThrough(start(folder, "client", server, engine, connections));
    }

    private int start(Path folder, String role, int port, String engine, int connections) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(LIMITS);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                TunnelProcess.class.getName(),
                folder.toString(),
                role,
                Integer.toString(port),
                engine,
                Integer.toString(connections)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        Process process = builder.start();
        End end = new End(
                role,
                process,
                new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII),
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII)));
        ends.add(end);
        return Integer.parseInt(end.line());
    }

    public static void main(String[] args) throws Exception {
        int connections = Integer.parseInt(args[0]);
        int seconds = Integer.parseInt(args[1]);
        String engine = args[2];
        checkDescriptors(connections, engine);
        try (TunnelSoak soak = new TunnelSoak(Files.createTempDirectory("amesh-soak-"), connections, engine)) {
            System.exit(soak.run(connections, seconds, engine) ? 0 : 1);
        }
    }

    // a stream has two sockets in each process; an engine of Conscrypt has two descriptors more
    private static void checkDescriptors(int connections, String engine) {
        long needed = (engine.equals("conscrypt") ? 4L : 2L) * connections + OTHER_DESCRIPTORS;
        long limit =
                ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount();
        if (limit < needed) {
            System.err.println("benchmarks: " + connections + " connections with " + engine + " need " + needed
                    + " descriptors a process, and the limit is " + limit + ": raise it (ulimit -n " + needed
                    + "), or have fewer --connections");
            System.exit(3);
        }
    }

    private boolean run(int connections, int seconds, String engine) throws Exception {
        load.hold(WARMING);
        require(() -> load.open() >= WARMING, 60, "the first streams do not open");
        load.hold(0);
        require(() -> load.open() == 0, 200, "the first streams do not end");
        List<State> before = settled();
        load.begin();
        load.hold(connections);
        require(() -> load.open() >= connections, 300, "the streams do not open");
        System.err.println("benchmarks: " + load.open() + " streams are open");
        TimeUnit.SECONDS.sleep(seconds);
        List<State> during = states();
        load.hold(0);
        require(() -> load.open() == 0, 200, "the streams do not end");
        List<State> after = settled();
        System.out.printf(
                Locale.ROOT,
                "%n%d connections at once for %d s, engine %s: %s%n%n| | server | client |%n|---|---|---|%n",
                connections,
                seconds,
                engine,
                load.summary());
        boolean met = load.clean();
        met &= row("streams open, under load", during, state -> state.streams());
        met &= row("heap after collecting, before, KiB", before, state -> state.heap() >> 10);
        row("the same under load", during, state -> state.heap() >> 10);
        row("the same after", after, state -> state.heap() >> 10);
        row("descriptors before", before, State::descriptors);
        row("under load", during, State::descriptors);
        row("after", after, State::descriptors);
        System.out.printf(
                "| peak resident memory, MiB | %d | %d |%n",
                ends.get(0).peakResidentKib() >> 10, ends.get(1).peakResidentKib() >> 10);
        for (int i = 0; i < ends.size(); i++) {
            met &= after.get(i).streams() == 0
                    && after.get(i).heap() <= before.get(i).heap() + SLACK_HEAP
                    && after.get(i).descriptors() <= before.get(i).descriptors() + SLACK_DESCRIPTORS
                    && ends.get(i).peakResidentKib() <= MOST_RESIDENT_KIB;
        }
        System.out.println(met ? "\nall bounds are met" : "\na bound was missed");
        return met;
    }

    private interface Figure {
        long of(State state);
    }

    private static boolean row(String what, List<State> states, Figure figure) {
        System.out.printf("| %s | %d | %d |%n", what, figure.of(states.get(0)), figure.of(states.get(1)));
        return states.stream().allMatch(state -> figure.of(state) > 0);
    }

    private List<State> states() throws IOException {
        List<State> states = new ArrayList<>();
        for (End end : ends) {
            states.add(end.state());
        }
        return states;
    }

    // the other ends of streams close a moment later
    private List<State> settled() throws IOException, InterruptedException {
        List<State> states = states();
        for (int i = 0; i < 50 && states.stream().anyMatch(state -> state.streams() > 0); i++) {
            TimeUnit.MILLISECONDS.sleep(200);
            states = states();
        }
        TimeUnit.SECONDS.sleep(2);
        return states();
    }

    private static void require(BooleanSupplier condition, int seconds, String otherwise)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException(otherwise);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Override
    public void close() {
        load.close();
        for (End end : ends) {
            end.in().close();
            end.process().destroy();
        }
    }
}
