package io.attestedmesh.transport.engine;

import io.attestedmesh.transport.socket.EngineServerSocketFactory;
import io.attestedmesh.transport.socket.EngineSocketFactory;
import io.attestedmesh.transport.socket.Engines;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/** A context whose engines are {@link StrictEngine}s, or what its hooks put around them, under its sockets too. */
final class StrictContext extends SSLContext {
    StrictContext(SSLContext delegate, JsseEngine owner, EngineHooks hooks) {
        super(new Spi(delegate, owner, hooks), delegate.getProvider(), delegate.getProtocol());
    }

    private static final class Spi extends SSLContextSpi {
        private final SSLContext delegate;
        private final JsseEngine owner;
        private final EngineHooks hooks;

        Spi(SSLContext delegate, JsseEngine owner, EngineHooks hooks) {
            this.delegate = delegate;
            this.owner = owner;
            this.hooks = hooks;
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("this context verifies its peers already and takes no other managers");
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return strict(delegate.createSSLEngine());
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return strict(delegate.createSSLEngine(host, port));
        }

        private SSLEngine strict(SSLEngine engine) {
            engine.setEnabledProtocols(new String[] {JsseEngine.TLS13});
            owner.configure(engine);
            return hooks.made(new StrictEngine(engine, hooks));
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return new EngineSocketFactory(forSockets());
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return new EngineServerSocketFactory(forSockets());
        }

        private Engines forSockets() {
            return new Engines() {
                @Override
                public SSLEngine create(Optional<String> host, int port) {
                    return host.isPresent() ? engineCreateSSLEngine(host.get(), port) : engineCreateSSLEngine();
                }

                @Override
                public SSLParameters parameters() {
                    return engineGetDefaultSSLParameters();
                }

                @Override
                public boolean halfClose() {
                    return owner.halfClose();
                }
            };
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return delegate.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return delegate.getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return StrictEngine.tighten(delegate.getDefaultSSLParameters());
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return StrictEngine.tighten(delegate.getSupportedSSLParameters());
        }
    }
}
