package io.attestedmesh.cli.mpc;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.mpc.exchange.Probe;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.party.WireFormat;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh mpc bench}: how fast messages go between this node and each other party. */
@Command(
        name = "bench",
        description = {
            "Measure round trips and bandwidth between this node and the other parties, one after the other.",
            "Goes the way that messages go. The bytes of --payload go there and come back.",
            "Of parties with party-format kms, which send nothing back, round trips alone."
        })
final class Bench implements Verb {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int WARM_UP = 200;
    private static final int AT_ONCE = 8;

    private final Terminal terminal;

    @Mixin
    private PartyOptions parties;

    @Option(names = "--seconds", paramLabel = "N", description = "Of each of the two measurements; by default 3.")
    private int seconds = 3;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            description = "Of a message of the measurement of bandwidth; by default 262144, at most 1048576.")
    private int payload = 256 << 10;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Bench(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, GeneralSecurityException, InterruptedException {
        if (seconds < 1 || seconds > 600 || payload < 1 || payload > Probe.MOST_PAYLOAD) {
            throw CommandException.usage(
                    "--seconds or --payload is out of range",
                    "1 to 600 seconds, 1 to " + Probe.MOST_PAYLOAD + " bytes");
        }
        parties.connect(terminal, (network, chosen) -> {
            for (Party party : chosen) {
                terminal.say("amesh: measuring " + party + ", " + (sendsBack(party) ? 2 * seconds : seconds) + " s");
                terminal.report(measure(network.network(), party), json);
            }
        });
        return ExitStatus.DONE;
    }

    private Map<String, Object> measure(MpcNetwork network, Party party) throws CommandException, InterruptedException {
        try {
            for (int i = 0; i < WARM_UP; i++) {
                network.ping(party, 1024, TIMEOUT).get();
            }
            long[] micros = roundTrips(network, party);
            Map<String, Object> measured = new LinkedHashMap<>();
            measured.put("party", party.id());
            measured.put("peer", party.identity());
            measured.put("roundTrips", micros.length);
            measured.put("p50Micros", percentile(micros, 50));
            measured.put("p90Micros", percentile(micros, 90));
            measured.put("p99Micros", percentile(micros, 99));
            measured.put("maxMicros", micros[micros.length - 1]);
            if (sendsBack(party)) {
                String megabytes = String.format(Locale.ROOT, "%.1f", bandwidth(network, party));
                measured.put("megabytesPerSecondEachWay", Double.valueOf(megabytes));
            }
            return measured;
        } catch (ExecutionException e) {
            throw CommandException.failed(
                    party + " was not reached: "
                            + OneLine.of(String.valueOf(e.getCause().getMessage())),
                    "'amesh mpc ping' says more",
                    e.getCause());
        }
    }

    private static boolean sendsBack(Party party) {
        return party.format() == WireFormat.AMESH;
    }

    /** Of messages of 1 KiB, one after the other; sorted. */
    private long[] roundTrips(MpcNetwork network, Party party) throws ExecutionException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        long[] micros = new long[1024];
        int count = 0;
        while (System.nanoTime() < end || count == 0) {
            if (count == micros.length) {
                micros = Arrays.copyOf(micros, 2 * count);
            }
            micros[count] = network.ping(party, 1024, TIMEOUT).get().roundTrip().toNanos() / 1000;
            count++;
        }
        long[] sorted = Arrays.copyOf(micros, count);
        Arrays.sort(sorted);
        return sorted;
    }

    private static long percentile(long[] sorted, int percent) {
        return sorted[(int) Math.min(sorted.length - 1L, (long) sorted.length * percent / 100)];
    }

    /** Several messages at once; megabytes a second in each direction. */
    private double bandwidth(MpcNetwork network, Party party) throws ExecutionException, InterruptedException {
        Queue<CompletableFuture<?>> underway = new ArrayDeque<>();
        long begin = System.nanoTime();
        long end = begin + Duration.ofSeconds(seconds).toNanos();
        long answered = 0;
        while (System.nanoTime() < end) {
            while (underway.size() < AT_ONCE) {
                underway.add(network.ping(party, payload, TIMEOUT));
            }
            underway.remove().get();
            answered++;
        }
        double took = (System.nanoTime() - begin) / 1e9;
        for (CompletableFuture<?> left : underway) {
            left.get();
        }
        return answered * (double) payload / took / 1e6;
    }
}
