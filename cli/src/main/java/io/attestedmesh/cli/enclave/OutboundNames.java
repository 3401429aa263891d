package io.attestedmesh.cli.enclave;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.InitConfig;
import io.attestedmesh.enclave.vsock.Target;
import io.attestedmesh.enclave.vsock.TcpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The address of 127.0.64.0/18 that stands for each name outside, so that programs find it by the name. */
final class OutboundNames {
    private static final byte[] FIRST = {127, 0, 64, 0};
    private static final int HOSTS_IN_A_BYTE = 254;

    private final Map<String, InetAddress> addresses = new LinkedHashMap<>();

    OutboundNames(List<InitConfig.Outbound> outbound) throws IOException {
        for (InitConfig.Outbound each : outbound) {
            String host = each.target().host();
            if (each.listen().isEmpty() && !addresses.containsKey(host)) {
                byte[] address = FIRST.clone();
                address[2] += (byte) (addresses.size() / HOSTS_IN_A_BYTE);
                address[3] = (byte) (addresses.size() % HOSTS_IN_A_BYTE + 1);
                addresses.put(host, InetAddress.getByAddress(address));
            }
        }
    }

    TcpAddress listen(InitConfig.Outbound outbound) throws CommandException {
        Target target = outbound.target();
        return outbound.listen().isPresent()
                ? Bridges.tcp(outbound.listen().get())
                : new TcpAddress(addresses.get(target.host()), target.port());
    }

    /** Replaces {@code file}: a machine that init sets up knows itself and these names. */
    void writeHosts(Path file) throws IOException {
        StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
        addresses.forEach((name, address) -> {
            hosts.append(address.getHostAddress()).append(' ').append(name).append('\n');
        });
        Files.writeString(file, hosts);
    }
}
