package io.attestedmesh.attest.verify;

import java.security.Provider;

/**
 * The JCA provider that checks signatures of evidence.
 *
 * <p>{@link #fastest} takes Amazon Corretto Crypto Provider where its native library loads, else Bouncy Castle, else
 * what the platform has.
 */
public final class CryptoProvider {
    private final Provider provider;

    private CryptoProvider(Provider provider) {
        this.provider = provider;
    }

    public static CryptoProvider fastest() {
        throw new UnsupportedOperationException();
    }

    public static CryptoProvider of(Provider provider) {
        return new CryptoProvider(provider);
    }

    /** Name and version, as shown in logs and {@code --json}. */
    public String name() {
        return provider.getName() + " " + provider.getVersionStr();
    }

    public Provider provider() {
        return provider;
    }
}
