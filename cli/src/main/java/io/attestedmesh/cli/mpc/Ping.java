package io.attestedmesh.cli.mpc;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.cli.command.Causes;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.mpc.exchange.Probe.Pong;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.mpc.party.Party;
import io.grpc.Status;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh mpc ping}: whether all parties answer, and what they prove. */
@Command(
        name = "ping",
        description = {
            "Reach the other parties: what each proved, how long a message takes, how far its clock is off.",
            "Goes the way that messages go, so what is refused here would be refused there.",
            "Parties with party-format kms do not tell their clock."
        },
        footer = {"", "Exit status: 0 all answered, 1 one was refused or refused us, 3 one was not reached."})
final class Ping implements Verb {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int TIMES = 5;

    private final Terminal terminal;

    @Mixin
    private PartyOptions parties;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    private ExitStatus worst = ExitStatus.DONE;

    Ping(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, GeneralSecurityException, InterruptedException {
        parties.connect(terminal, (network, chosen) -> {
            for (Party party : chosen) {
                tell(reach(network.network(), party));
            }
        });
        return worst;
    }

    private Map<String, Object> reach(MpcNetwork network, Party party) throws InterruptedException {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("party", party.id());
        shown.put("peer", party.identity());
        try {
            Pong best = null;
            for (int i = 0; i <= TIMES; i++) {
                Pong pong = network.ping(party, 0, TIMEOUT).get();
                best = i == 0 ? pong : shorter(best, pong); // the first one connects, too
            }
            proved(shown, best);
        } catch (ExecutionException e) {
            ExitStatus status = failed(shown, e.getCause());
            worst = worst.code() < status.code() ? status : worst;
        }
        return shown;
    }

    private static ExitStatus failed(Map<String, Object> shown, Throwable failure) {
        Optional<RejectedCertificateException> rejected = Causes.first(failure, RejectedCertificateException.class);
        if (rejected.isPresent()) {
            shown.put("result", "refused");
            shown.put("reason", rejected.get().reason());
            shown.put("expected", rejected.get().expected());
            shown.put("actual", rejected.get().actual());
            return ExitStatus.REJECTED;
        }
        Status why = Status.fromThrowable(failure);
        // a server judges a client after the client has finished its handshake, and tells it no more than an alert
        boolean refusedUs = why.getCode() == Status.Code.UNAUTHENTICATED
                || why.getCode() == Status.Code.PERMISSION_DENIED
                || Causes.first(failure, SSLException.class).isPresent();
        shown.put("result", refusedUs ? "refused us" : "not reached");
        shown.put("why", told(why));
        return refusedUs ? ExitStatus.REJECTED : ExitStatus.FAILED;
    }

    private static Pong shorter(Pong a, Pong b) {
        return Comparator.comparing(Pong::roundTrip).compare(a, b) <= 0 ? a : b;
    }

    private static void proved(Map<String, Object> shown, Pong pong) {
        AttestedPeer peer = pong.proved().orElseThrow();
        shown.put("result", "answered");
        shown.put("milliseconds", decimals(pong.roundTrip()));
        shown.put("release", peer.attestation().map(AttestationResult::releaseName));
        shown.put("simulated", peer.simulated());
        shown.put("certificateEnds", peer.certificateExpiresAt());
        pong.clockOffset().ifPresent(offset -> shown.put("clockAheadMilliseconds", decimals(offset)));
    }

    static double decimals(Duration duration) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.2f", duration.toNanos() / 1e6));
    }

    private static String told(Status status) {
        Throwable cause = status.getCause();
        String text = Optional.ofNullable(status.getDescription())
                .orElse(cause == null ? "" : String.valueOf(cause.getMessage()));
        String inner = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
        return OneLine.of(status.getCode() + ": " + text + inner);
    }

    private void tell(Map<String, Object> shown) {
        if (json) {
            terminal.json(shown);
            return;
        }
        List<String> words = shown.entrySet().stream()
                .map(entry -> entry.getKey() + " "
                        + (entry.getValue() instanceof Optional<?> o
                                ? o.map(Object::toString).orElse("(none)")
                                : entry.getValue()))
                .toList();
        terminal.print(String.join("  ", words));
    }
}
