package io.attestedmesh.attest.verify;

import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes everything on to another provider and counts the signature checks asked for. */
final class CountingProvider extends Provider {
    private static final long serialVersionUID = 1L;

    private final transient Provider delegate;
    private final transient AtomicInteger signatures = new AtomicInteger();

    CountingProvider(Provider delegate) {
        super("Counting", "1", "counts");
        this.delegate = delegate;
    }

    /** How many since the last question. */
    int signatures() {
        return signatures.getAndSet(0);
    }

    @Override
    public synchronized Service getService(String type, String algorithm) {
        Service found = delegate.getService(type, algorithm);
        if (found == null || !type.equals("Signature")) {
            return found;
        }
        return new Service(this, type, algorithm, found.getClassName(), null, null) {
            @Override
            public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
                signatures.incrementAndGet();
                return found.newInstance(parameter);
            }

            @Override
            public boolean supportsParameter(Object parameter) {
                return found.supportsParameter(parameter);
            }
        };
    }
}
