package io.attestedmesh.transport.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.util.IPAddress;

/**
 * The names that a certificate is good for (RFC 5280, section 4.2.1.6): DNS names in lower case and IP addresses.
 *
 * @param dnsNames at most 253 characters each; {@code *} may stand for the left-most label of three or more
 * @param addresses as {@link InetAddress#getHostAddress} writes them
 */
public record AlternativeNames(List<String> dnsNames, List<String> addresses) {
    static final int MAX_NAMES = 100;

    private static final int MAX_DNS_LENGTH = 253;
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public AlternativeNames {
        dnsNames = List.copyOf(dnsNames);
        addresses = List.copyOf(addresses);
    }

    /** Checks and normalises names as an operator types them; needs at least one that is not a wildcard. */
    public static AlternativeNames of(Collection<String> dnsNames, Collection<String> addresses) throws PkiException {
        if (dnsNames.size() + addresses.size() > MAX_NAMES) {
            throw new PkiException("more than " + MAX_NAMES + " names in one certificate");
        }
        Set<String> names = new LinkedHashSet<>();
        for (String name : dnsNames) {
            names.add(dns(name));
        }
        Set<String> numbers = new LinkedHashSet<>();
        for (String address : addresses) {
            numbers.add(address(address));
        }
        if (numbers.isEmpty() && names.stream().allMatch(name -> name.startsWith("*"))) {
            throw new PkiException(
                    names.isEmpty()
                            ? "a certificate without a name is good for nothing"
                            : "a wildcard is not an identity",
                    "give at least one DNS name or IP address");
        }
        return new AlternativeNames(List.copyOf(names), List.copyOf(numbers));
    }

    /** The DNS names and IP addresses of a certificate, as they stand there; names of other kinds are left out. */
    public static AlternativeNames of(X509Certificate certificate) throws PkiException {
        List<String> names = new ArrayList<>();
        List<String> numbers = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            for (List<?> name : all == null ? List.<List<?>>of() : all) {
                if (name.get(0).equals(GeneralName.dNSName)) {
                    names.add((String) name.get(1));
                } else if (name.get(0).equals(GeneralName.iPAddress)) {
                    numbers.add((String) name.get(1));
                }
            }
        } catch (CertificateParsingException e) {
            throw new PkiException("the certificate's alternative names are malformed", null, e);
        }
        return new AlternativeNames(names, numbers);
    }

    static AlternativeNames of(GeneralNames general) throws PkiException {
        List<String> names = new ArrayList<>();
        List<String> numbers = new ArrayList<>();
        for (GeneralName name : general.getNames()) {
            switch (name.getTagNo()) {
                case GeneralName.dNSName -> names.add(name.getName().toString());
                case GeneralName.iPAddress -> numbers.add(address(name));
                default -> throw new PkiException("a name that is neither DNS nor IP (kind " + name.getTagNo() + ")");
            }
        }
        return of(names, numbers);
    }

    GeneralNames general() {
        List<GeneralName> general = new ArrayList<>();
        dnsNames.forEach(name -> general.add(new GeneralName(GeneralName.dNSName, name)));
        addresses.forEach(address -> general.add(new GeneralName(GeneralName.iPAddress, address)));
        return new GeneralNames(general.toArray(GeneralName[]::new));
    }

    static String dns(String typed) throws PkiException {
        String name = typed.toLowerCase(Locale.ROOT);
        List<String> labels = List.of(name.split("\\.", -1));
        List<String> fixed = labels.get(0).equals("*") ? labels.subList(1, labels.size()) : labels;
        boolean wellFormed = !fixed.isEmpty()
                && name.length() <= MAX_DNS_LENGTH
                && fixed.stream().allMatch(label -> LABEL.matcher(label).matches())
                && !fixed.get(fixed.size() - 1).chars().allMatch(Character::isDigit)
                && (fixed == labels || fixed.size() >= 2);
        if (!wellFormed) {
            throw new PkiException(
                    "not a DNS name: " + Shown.of(typed),
                    IPAddress.isValid(typed)
                            ? "it is an IP address"
                            : "letters, digits and hyphens between dots; IDNs as xn--");
        }
        return name;
    }

    static String address(String typed) throws PkiException {
        // Checked first: InetAddress would look anything else up in the DNS.
        if (!IPAddress.isValid(typed)) {
            throw new PkiException("not an IP address: " + Shown.of(typed), "as 192.0.2.1 or 2001:db8::1");
        }
        try {
            return InetAddress.getByName(typed).getHostAddress();
        } catch (UnknownHostException e) {
            throw new PkiException("not an IP address: " + Shown.of(typed), null, e);
        }
    }

    private static String address(GeneralName name) throws PkiException {
        byte[] octets = ASN1OctetString.getInstance(name.getName()).getOctets();
        try {
            return InetAddress.getByAddress(octets).getHostAddress();
        } catch (UnknownHostException e) {
            throw new PkiException("an IP address of " + octets.length + " bytes", null, e);
        }
    }

    /** As {@code DNS:a.example.org, IP:192.0.2.1}. */
    @Override
    public String toString() {
        List<String> all = new ArrayList<>();
        dnsNames.forEach(name -> all.add("DNS:" + Shown.of(name)));
        addresses.forEach(address -> all.add("IP:" + Shown.of(address)));
        return String.join(", ", all);
    }
}
