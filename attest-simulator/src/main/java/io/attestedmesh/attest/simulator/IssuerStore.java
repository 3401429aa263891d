package io.attestedmesh.attest.simulator;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where the issuing keys of a simulated cloud live. */
interface IssuerStore {
    /** Reads and writes while nobody else does. */
    interface Session {
        Optional<Issuer> read(String name) throws IOException;

        void write(String name, Issuer issuer) throws IOException;
    }

    /** Something to do while the store is locked. */
    interface Work<R> {
        R with(Session session) throws IOException;
    }

    /** Runs {@code work} while no other thread or process is inside. */
    <R> R exclusively(Work<R> work) throws IOException;

    /** For tests: the cloud ends with the process. */
    final class InMemory implements IssuerStore, Session {
        private final Map<String, Issuer> issuers = new HashMap<>();

        @Override
        public synchronized <R> R exclusively(Work<R> work) throws IOException {
            return work.with(this);
        }

        @Override
        public synchronized Optional<Issuer> read(String name) {
            return Optional.ofNullable(issuers.get(name));
        }

        @Override
        public synchronized void write(String name, Issuer issuer) {
            issuers.put(name, issuer);
        }
    }
}
