package io.attestedmesh.transport.identity;

/** Where the key and certificate of this node come from. Thread-safe. */
public interface CredentialSource extends AutoCloseable {
    /** The credential that new connections use. It may have expired: whoever serves it looks at its dates. */
    Credential current();

    /** Runs {@code listener} after each change of {@link #current}, on the thread that made the change. */
    void onChange(Runnable listener);

    /** False once renewal or reloading has failed too often to expect that it heals by itself. */
    boolean healthy();

    /** Looks soon whether there is another, where that is a matter of looking. */
    default void lookNow() {}

    /** Ends renewal; the current credential stays as it is. */
    @Override
    void close();

    /** A credential that never changes. */
    static CredentialSource of(Credential credential) {
        return new CredentialSource() {
            @Override
            public Credential current() {
                return credential;
            }

            @Override
            public void onChange(Runnable listener) {
                // nothing ever changes
            }

            @Override
            public boolean healthy() {
                return true;
            }

            @Override
            public void close() {
                // holds nothing
            }
        };
    }
}
