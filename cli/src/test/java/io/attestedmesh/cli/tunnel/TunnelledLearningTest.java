package io.attestedmesh.cli.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.cli.RunningCommand;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.examples.digits.Digits;
import io.attestedmesh.examples.digits.DigitsLearner;
import io.attestedmesh.federated.flower.FlowerClient;
import io.attestedmesh.mpc.network.PlainParties;
import io.attestedmesh.transport.grpc.InsecurePlaintext;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client of rounds that knows nothing of attestation, behind a tunnel whose server says who it is. */
@Timeout(120)
class TunnelledLearningTest {
    private static final String SERVER = "fl.example";
    private static final String CLIENT = "bob.example";

    @TempDir
    Path folder;

    private Path config;
    private String local;

    @BeforeEach
    void configure() throws Exception {
        NodeFolder files = new NodeFolder(folder, Clock.systemUTC().instant());
        files.issue("server", SERVER, Usage.SERVER, Duration.ofDays(1));
        files.issue("client", CLIENT, Usage.CLIENT, Duration.ofDays(1));
        local = "127.0.0.1:" + PlainParties.freePort();
        config = files.configure(SERVER, """

                [federated]
                folder = "rounds"
                rounds = 1
                min-fit-clients = 1
                min-evaluate-clients = 1
                local = "%s"
                local-proxy-header = true
                """.formatted(local));
    }

    private RunningCommand rounds() throws Exception {
        return RunningCommand.start(
                List.of("fl", "server", "--config", config.toString()),
                "folder " + folder.resolve("rounds"),
                Duration.ofSeconds(60));
    }

    private static FlowerClient.Ended learn(String address) throws Exception {
        ManagedChannel channel = InsecurePlaintext.becauseOf("a test", TransportLimits.DEFAULT)
                .channel("127.0.0.1", Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)))
                .build();
        try {
            return new FlowerClient(channel, new DigitsLearner(Digits.even(1, 100), Digits.even(-1, 50), 1), did -> {})
                    .join();
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void client_behindATunnel_isWhoItsEndProved() throws Exception {
        RunningCommand rounds = rounds();
        try (RunningTunnel server = RunningTunnel.start(
                        "server", config, "--target", local, "--allow-dns", CLIENT, "--proxy-protocol");
                RunningTunnel client =
                        RunningTunnel.start("client", config, "--target", server.address(), "--name", SERVER)) {
            assertThat(learn(client.address()).again()).isFalse();
        }
        assertThat(rounds.ended(Duration.ofSeconds(30))).isEqualTo(ExitStatus.DONE);
        assertThat(Files.readString(folder.resolve("rounds/history.json"))).contains("\"trained\" : [ \"" + CLIENT);
    }

    @Test
    void client_withoutAHeader_isNoParticipant() throws Exception {
        RunningCommand rounds = rounds();

        assertThatThrownBy(() -> learn(local))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        assertThat(rounds.stop()).isEqualTo(ExitStatus.DONE);
    }
}
