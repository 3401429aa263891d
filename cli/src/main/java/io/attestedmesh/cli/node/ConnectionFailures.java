package io.attestedmesh.cli.node;

import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.cli.command.Causes;
import io.attestedmesh.cli.command.CommandException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Why there is no connection to a node, or no answer on it, as a command says it. */
public final class ConnectionFailures {
    private static final String ALERT = "an alert, which does not say why";

    private ConnectionFailures() {}

    /** A connection was not made: by whose verdict, or why else. */
    public static CommandException notConnected(IOException e, String correlationId) {
        Optional<RejectedCertificateException> why = Causes.first(e, RejectedCertificateException.class);
        if (why.isPresent()) {
            RejectedCertificateException refused = why.get();
            return CommandException.rejected(
                    "the node was refused", refused.reason().name(), refused.expected(), refused.actual(), "");
        }
        if (isAlert(e) || isVerdict(e)) {
            return refusedUs(isVerdict(e) ? String.valueOf(e.getMessage()) : ALERT, correlationId);
        }
        return CommandException.failed(
                "no connection: " + e.getMessage(), "does it run, and is a firewall between?", e);
    }

    /** All engines that there are say so in the message, and none of them by a type. */
    private static boolean isAlert(IOException e) {
        return Causes.first(e, SSLException.class)
                .map(Throwable::getMessage)
                .filter(message -> message.toLowerCase(Locale.ROOT).contains("alert"))
                .isPresent();
    }

    /** The peer's own, of session attestation, which names its reason. */
    private static boolean isVerdict(IOException e) {
        return Causes.first(e, SSLException.class)
                .map(Throwable::getMessage)
                .filter(message -> message.startsWith("the peer refused our evidence in the session"))
                .isPresent();
    }

    private static CommandException refusedUs(String actual, String correlationId) {
        return CommandException.rejected(
                "the node refused us",
                "REFUSED_BY_PEER",
                "a certificate that the node accepts",
                actual,
                "the node's log has the reason, under connection " + correlationId);
    }

    /** A server judges a client after the client has finished its handshake, and tells it no more than an alert. */
    public static CommandException refusedByPeer(StatusRuntimeException e, String correlationId, Freshness level) {
        if (e.getStatus().getCode() == Status.Code.UNAUTHENTICATED) {
            return CommandException.rejected(
                    "the node refused the call",
                    "UNAUTHENTICATED",
                    "a caller that the node knows by its certificate",
                    String.valueOf(e.getStatus().getDescription()),
                    "[node] name must be what the certificate proves");
        }
        if (e.getStatus().getCode() == Status.Code.UNAVAILABLE
                && Causes.first(e, SSLException.class).isPresent()) {
            return refusedUs(ALERT, correlationId);
        }
        String why = "the node's log may say why, under connection " + correlationId;
        return CommandException.failed(
                "the node was reached, and the call failed: " + e.getStatus().getCode(),
                level == Freshness.SESSION ? why : why + "; if it demands level session, this side has to as well",
                e);
    }
}
