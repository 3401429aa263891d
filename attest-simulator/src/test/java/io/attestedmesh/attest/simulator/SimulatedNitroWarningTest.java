package io.attestedmesh.attest.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Bytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.text.MessageFormat;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedNitroWarningTest {
    private final Logger logger = Logger.getLogger(SimulatedNitro.class.getName());
    private final Remembered remembered = new Remembered();

    @BeforeEach
    void listen() {
        logger.addHandler(remembered);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(remembered);
    }

    @Test
    void openOrCreate_eachTime_warnsOnce(@TempDir Path temporary) throws Exception {
        Path folder = temporary.resolve("cloud");
        for (int i = 0; i < 2; i++) {
            SimulatedNitro.openOrCreate(folder, Clock.systemUTC(), new SecureRandom());
        }

        assertThat(remembered.messages)
                .hasSize(2)
                .allMatch(message -> message.contains("SIMULATED")
                        && message.contains("prove nothing about hardware")
                        && message.contains(folder.toString()));
    }

    @Test
    void attest_manyTimes_doesNotWarnAgain() throws Exception {
        SimulatedNsm nsm = SimulatedNitro.inMemory(Clock.systemUTC(), new SecureRandom())
                .launch(EnclaveSpec.of(EnclaveImage.of("image", Bytes.EMPTY)));
        for (int i = 0; i < 5; i++) {
            nsm.attest(new AttestationRequest(Optional.empty(), Optional.empty(), Optional.empty()));
        }

        assertThat(remembered.messages).hasSize(1);
    }

    @Test
    void issuer_asText_hidesItsKey() {
        Issuer issuer = new NitroCertificates(new BouncyCastleProvider(), new SecureRandom())
                .root(Clock.systemUTC().instant());

        assertThat(issuer.toString())
                .contains("simulated.nitro-enclaves")
                .doesNotContain(issuer.key().toString());
    }

    private static final class Remembered extends Handler {
        private final List<String> messages = new ArrayList<>();

        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().equals(Level.WARNING)) {
                messages.add(MessageFormat.format(entry.getMessage(), entry.getParameters()));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
