package io.attestedmesh.mpc.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions that run at once and have no thread of their own. */
@Timeout(90)
class ManySessionsTest {
    private static final int SESSIONS = 100;
    private static final int ROUNDS = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** One party's part of one session: in each round a message to all, which says whose and which it is. */
    private static final class Part {
        private final NetworkSession session;
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        Part(NetworkSession session) {
            this.session = session;
        }

        CompletableFuture<Void> start() {
            round(0);
            return done;
        }

        private void round(int number) {
            try {
                session.sendAll(new byte[] {(byte) session.self().id(), (byte) number});
                CompletableFuture<Void> unused = session.receiveAllAsync(number, PATIENCE)
                        .handle((all, failure) -> {
                            next(number, all, failure);
                            return null;
                        });
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        }

        private void next(int number, Map<Integer, byte[]> all, Throwable failure) {
            if (failure != null) {
                done.completeExceptionally(failure);
                return;
            }
            try {
                all.forEach((from, value) -> assertThat(value).containsExactly(from, number));
            } catch (AssertionError e) {
                done.completeExceptionally(e);
                return;
            }
            if (number + 1 == ROUNDS) {
                session.complete();
                done.complete(null);
            } else {
                session.nextRound();
                round(number + 1);
            }
        }
    }

    @Test
    void hundredSessionsOfManyRounds_allComplete() throws Exception {
        try (PlainParties parties = new PlainParties(4)) {
            List<CompletableFuture<Void>> parts = new ArrayList<>();
            for (int party = 1; party <= 4; party++) {
                for (int i = 0; i < SESSIONS; i++) {
                    parts.add(new Part(parties.open(party, new SessionId(1, i))).start());
                }
            }

            CompletableFuture.anyOf(
                            CompletableFuture.allOf(parts.toArray(new CompletableFuture<?>[0])), firstFailure(parts))
                    .get(80, TimeUnit.SECONDS);

            assertThat(parts).allSatisfy(part -> assertThat(part).isCompleted());
            for (int party = 1; party <= 4; party++) {
                assertThat(parties.network(party).openSessions()).isEmpty();
                assertThat(parties.network(party).parkedSessions()).isZero();
            }
        }
    }

    private static CompletableFuture<Void> firstFailure(List<CompletableFuture<Void>> parts) {
        CompletableFuture<Void> failed = new CompletableFuture<>();
        for (CompletableFuture<Void> part : parts) {
            CompletableFuture<Void> unused = part.whenComplete((nothing, failure) -> {
                if (failure != null) {
                    failed.completeExceptionally(failure);
                }
            });
        }
        return failed;
    }
}
