package io.attestedmesh.transport.session;

import io.attestedmesh.transport.engine.DelegatingEngine;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * Puts the name of session attestation around the application's protocols on the wire, while whoever uses the engine sees
 * and sets those of the application only.
 */
abstract class NegotiatingEngine extends DelegatingEngine {
    private boolean prepared;
    private List<String> applicationProtocols = List.of();
    private List<String> onTheWire = List.of();
    private BiFunction<SSLEngine, List<String>, String> selector;

    NegotiatingEngine(SSLEngine strict) {
        super(strict);
    }

    /** Whether a client goes on with this server only if it attests in the session. */
    abstract boolean offersSession();

    /** Before the first message: only now it is known whether this is a client. */
    final void prepare() {
        if (prepared) {
            return;
        }
        if (!getUseClientMode()) {
            delegate().setHandshakeApplicationProtocolSelector((engine, offered) -> select(offered));
        } else {
            List<String> wanted = offersSession() ? SessionProtocol.offers(applicationProtocols) : applicationProtocols;
            if (!wanted.equals(onTheWire)) {
                SSLParameters parameters = delegate().getSSLParameters();
                parameters.setApplicationProtocols(wanted.toArray(String[]::new));
                delegate().setSSLParameters(parameters);
            }
        }
        prepared = true;
    }

    private String select(List<String> offered) {
        Optional<List<String>> withSession = SessionProtocol.offeredWith(offered);
        String selected = selectOwn(withSession.orElse(offered));
        if (selected == null || withSession.isEmpty()) {
            return selected;
        }
        String answer = SessionProtocol.answer(selected);
        return offered.contains(answer) ? answer : null;
    }

    /** Null for an alert, empty for none, as {@code setHandshakeApplicationProtocolSelector} has it. */
    private String selectOwn(List<String> offered) {
        if (selector != null) {
            return selector.apply(this, offered);
        }
        if (applicationProtocols.isEmpty()) {
            return "";
        }
        return applicationProtocols.stream()
                .filter(offered::contains)
                .findFirst()
                .orElse(null);
    }

    /** What a client most likely offers is set at once: asking for the parameters again takes Conscrypt as long as this. */
    @Override
    public void setSSLParameters(SSLParameters parameters) {
        String[] given = parameters.getApplicationProtocols();
        applicationProtocols = List.of(given);
        onTheWire = SessionProtocol.offers(applicationProtocols);
        parameters.setApplicationProtocols(onTheWire.toArray(String[]::new));
        try {
            super.setSSLParameters(parameters);
        } finally {
            parameters.setApplicationProtocols(given);
        }
    }

    @Override
    public SSLParameters getSSLParameters() {
        SSLParameters parameters = super.getSSLParameters();
        parameters.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
        return parameters;
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(BiFunction<SSLEngine, List<String>, String> selector) {
        this.selector = selector;
    }

    @Override
    public BiFunction<SSLEngine, List<String>, String> getHandshakeApplicationProtocolSelector() {
        return selector;
    }

    @Override
    public String getApplicationProtocol() {
        return SessionProtocol.application(super.getApplicationProtocol());
    }

    @Override
    public String getHandshakeApplicationProtocol() {
        String protocol = super.getHandshakeApplicationProtocol();
        return protocol == null ? null : SessionProtocol.application(protocol);
    }

    /** What stands on the wire, with session attestation in it. */
    final String negotiated() {
        return super.getApplicationProtocol();
    }

    @Override
    public void beginHandshake() throws SSLException {
        prepare();
        super.beginHandshake();
    }
}
