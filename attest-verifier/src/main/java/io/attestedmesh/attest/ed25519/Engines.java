package io.attestedmesh.attest.ed25519;

import io.attestedmesh.attest.verify.CryptoProvider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** Which arithmetic there is: the same throughout a process. */
final class Engines {
    private static final Logger LOG = System.getLogger(Engines.class.getName());

    private Engines() {}

    /** Corretto where its native library loads, else Bouncy Castle; logged the first time. */
    static Engine fastest() {
        return Fastest.FOUND;
    }

    static Optional<CorrettoEngine> corretto() {
        CryptoProvider crypto = CryptoProvider.fastest();
        return crypto.isCorretto() ? CorrettoEngine.of(crypto.provider()) : Optional.empty();
    }

    private static final class Fastest {
        static final Engine FOUND = corretto().<Engine>map(engine -> engine).orElseGet(BouncyCastleEngine::new);

        static {
            LOG.log(Level.INFO, "Ed25519 is computed by {0}", FOUND.name());
        }
    }
}
