package io.attestedmesh.cli.demo;

import io.attestedmesh.cli.demo.Scene.Outcome;
import io.attestedmesh.transport.ConnectionLog.Rejection;
import java.time.Duration;
import java.util.Optional;

/** How an outsider fared whose image is on no list. */
final class Refusal {
    private Refusal() {}

    /** By the next verdict of {@code target}; refused for another reason, it says nothing about the image. */
    static Scene of(String title, Node target, Duration patience) throws InterruptedException {
        Optional<Rejection> verdict = target.nextRejection(patience.toSeconds());
        Optional<String> reason = verdict.map(rejection -> rejection.reason().name());
        return new Scene(
                title,
                Outcome.REFUSED,
                reason.equals(Optional.of("UNKNOWN_RELEASE")) ? Outcome.REFUSED : Outcome.FAILED,
                reason,
                verdict.map(rejection -> "expected " + rejection.expected() + ", actual " + rejection.actual())
                        .orElse("no verdict"),
                verdict.map(Rejection::connection));
    }
}
