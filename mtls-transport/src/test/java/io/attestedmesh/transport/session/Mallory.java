package io.attestedmesh.transport.session;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.tls.SessionTranscript;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialKeyManager;
import io.attestedmesh.transport.identity.CredentialSource;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * An attacker on loopback with a TLS key and certificate that leaked, who trusts everybody, has the exporter of her own
 * connections, and writes the frames of session attestation by hand.
 */
final class Mallory {
    private static final int MILLIS = 15_000;

    private final TlsEngine engine;
    private final Credential stolen;
    private final SSLContext context;
    private volatile SSLEngine latest;

    Mallory(TlsEngine engine, Credential stolen) throws SSLException {
        this.engine = engine;
        this.stolen = stolen;
        this.context = engine.sslContext(
                new CredentialKeyManager(CredentialSource.of(stolen), Clock.systemUTC()),
                new Everybody(),
                ended -> latest = ended);
    }

    SSLServerSocket listen() throws IOException {
        return (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 2, InetAddress.getLoopbackAddress());
    }

    /** Takes a connection; with the protocol of session attestation, or with none. */
    Channel accept(SSLServerSocket listening, boolean session) throws Exception {
        SSLSocket socket = (SSLSocket) listening.accept();
        return shaken(socket, Usage.SERVER, session);
    }

    /** Connects to an honest server. */
    Channel connect(int port, boolean session) throws Exception {
        Socket tcp = new Socket(InetAddress.getLoopbackAddress(), port);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(tcp, "anybody.example", port, true);
        return shaken(socket, Usage.CLIENT, session);
    }

    private Channel shaken(SSLSocket socket, Usage own, boolean session) throws Exception {
        socket.setSoTimeout(MILLIS);
        if (session) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {SessionProtocol.NAME});
            socket.setSSLParameters(parameters);
        }
        socket.startHandshake();
        Bytes exporter = engine.export(latest, TlsEngine.CHANNEL_BINDING_LABEL, SessionTranscript.PART);
        Bytes theirs = SessionTranscript.keyOf(socket.getSession().getPeerCertificates()[0]);
        return new Channel(socket, own, exporter, SessionTranscript.keyOf(stolen.leaf()), theirs);
    }

    /** One of her connections. */
    static final class Channel implements AutoCloseable {
        private final SSLSocket socket;
        private final Usage own;
        private final Bytes exporter;
        private final Bytes ownKey;
        private final Bytes peerKey;
        private final FrameReader reader = new FrameReader();

        private Channel(SSLSocket socket, Usage own, Bytes exporter, Bytes ownKey, Bytes peerKey) {
            this.socket = socket;
            this.own = own;
            this.exporter = exporter;
            this.ownKey = ownKey;
            this.peerKey = peerKey;
        }

        InputStream in() throws IOException {
            return socket.getInputStream();
        }

        void send(byte[] bytes) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        }

        void send(Frame.Type type, Bytes payload) throws IOException {
            send(new Frame(type, payload).encoded().array());
        }

        void accept() throws IOException {
            send(SessionVerdict.ACCEPTED.frame().encoded().array());
        }

        Frame read() throws IOException, RejectedCertificateException {
            while (true) {
                int one = in().read();
                if (one < 0) {
                    throw new EOFException("the honest side has closed");
                }
                Optional<Frame> frame = reader.read(ByteBuffer.wrap(new byte[] {(byte) one}));
                if (frame.isPresent()) {
                    return frame.get();
                }
            }
        }

        /** A document for this very connection, by whatever attester she has. */
        Bytes document(Attester attester, Bytes ownNonce, Bytes peerNonce) throws AttesterException {
            SessionTranscript transcript = own == Usage.CLIENT
                    ? new SessionTranscript(exporter, ownKey, peerKey, ownNonce, peerNonce)
                    : new SessionTranscript(exporter, peerKey, ownKey, peerNonce, ownNonce);
            return attester.attest(new AttestationRequest(
                    Optional.of(ownKey), Optional.of(transcript.userData(own)), Optional.of(peerNonce)));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Trusts any certificate. */
    private static final class Everybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
