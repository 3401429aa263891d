package io.attestedmesh.enclave.vsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.Socket;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class NativeSocketTest {
    private static final int SOL_SOCKET = 1;
    private static final int IPPROTO_TCP = 6;

    private static int option(NativeSocket socket, int level, int name) {
        int[] value = {-1};
        assertThat(SystemCalls.getsockopt(socket.fd(), level, name, value, new int[] {Integer.BYTES}))
                .isZero();
        return value[0];
    }

    /** SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT. */
    @Test
    void tune_ofTcp_endsWhatIsGoneWithoutAWord() throws Exception {
        TcpAddress anyPort = new TcpAddress(InetAddress.getLoopbackAddress(), 0);
        NativeSocket listening = NativeSocket.listening(anyPort, 1);
        int port = ((TcpAddress) listening.boundTo(anyPort)).socket().getPort();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(client.isConnected()).isTrue();
            Optional<NativeSocket> accepted = listening.accept();
            while (accepted.isEmpty() && !Thread.currentThread().isInterrupted()) {
                accepted = listening.accept();
            }
            NativeSocket socket = accepted.orElseThrow();
            assertThat(listening.objection(socket)).isEmpty();
            socket.tune();
            assertThat(option(socket, SOL_SOCKET, 9)).isEqualTo(1);
            assertThat(option(socket, IPPROTO_TCP, 4)).isEqualTo(60);
            assertThat(option(socket, IPPROTO_TCP, 5)).isEqualTo(15);
            assertThat(option(socket, IPPROTO_TCP, 6)).isEqualTo(4);
            assertThat(option(socket, IPPROTO_TCP, 18)).isEqualTo(120_000);
            socket.close();
        } finally {
            listening.close();
        }
    }

    @Test
    void accept_ofSocketThatIsClosed_isNoEverydayAnswer() throws Exception {
        NativeSocket listening = NativeSocket.listening(new TcpAddress(InetAddress.getLoopbackAddress(), 0), 1);
        NativeSocket unconnected = NativeSocket.unconnected(new TcpAddress(InetAddress.getLoopbackAddress(), 0));
        try {
            assertThat(listening.accept()).isEmpty();
            assertThatThrownBy(unconnected::accept)
                    .isInstanceOf(SystemCallException.class)
                    .hasMessageContaining("Invalid argument");
        } finally {
            listening.close();
            unconnected.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"16,16,true", "16,17,false", "16,1,false", "16,4294967295,false", "4294967295,17,true"})
    void vsockAddress_admitsItsPeerAlone(long peer, long cid, boolean admitted) {
        VsockAddress listening = new VsockAddress(VsockAddress.ANY, 9101).onlyFrom(peer);
        assertThat(listening.admits(new VsockAddress(cid, 1234))).isEqualTo(admitted);
        assertThat(listening.encoded()).isEqualTo(new VsockAddress(VsockAddress.ANY, 9101).encoded());
    }

    @Test
    void vsockAddress_saysWhomItIsFor() {
        assertThat(new VsockAddress(VsockAddress.ANY, 9101).onlyFrom(16)).hasToString("vsock:any:9101 for 16");
        assertThat(new VsockAddress(3, 9101)).hasToString("vsock:3:9101");
    }
}
