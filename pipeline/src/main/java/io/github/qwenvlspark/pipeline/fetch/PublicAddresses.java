package io.github.qwenvlspark.pipeline.fetch;

import io.github.qwenvlspark.runtime.ErrorType;
import io.github.qwenvlspark.runtime.QwenVlException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Names of hosts to addresses of the public internet. The client connects to the very addresses
 * that are returned, so that a name which changes in between reaches nothing else.
 *
 * <p>Source: the registries of special-purpose addresses of IANA (RFC 6890); and the one public
 * address behind which a cloud (Azure) keeps its metadata.
 *
 * @param names asks the name servers
 */
record PublicAddresses(DnsResolver names) implements DnsResolver {
  private static final List<Block> IPV4_RESERVED =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "168.63.129.16/32",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/3")
          .map(Block::parse)
          .toList();

  /** All else is reserved, private, link-local, multicast or a way of writing IPv4. */
  private static final Block IPV6_PUBLIC = Block.parse("2000::/3");

  private static final List<Block> IPV6_RESERVED =
      Stream.of("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20").map(Block::parse).toList();

  /** Asks the name servers of this machine. */
  static PublicAddresses ofThisMachine() {
    return new PublicAddresses(SystemDefaultDnsResolver.INSTANCE);
  }

  /**
   * The addresses of {@code host}.
   *
   * @throws QwenVlException ACCESS_DENIED if any of them is not public
   */
  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] addresses = names.resolve(host);
    if (!Stream.of(addresses).allMatch(PublicAddresses::isPublic)) {
      throw new QwenVlException(
          ErrorType.ACCESS_DENIED,
          "The host leads to an address that is not public: nothing is read from there");
    }
    return addresses;
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }

  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address
        ? IPV4_RESERVED.stream().noneMatch(block -> block.holds(bytes))
        : IPV6_PUBLIC.holds(bytes) && IPV6_RESERVED.stream().noneMatch(block -> block.holds(bytes));
  }

  /** Addresses whose first bits are the same. */
  private record Block(InetAddress first, int bits) {
    static Block parse(String text) {
      int slash = text.indexOf('/');
      try {
        return new Block(
            InetAddress.getByName(text.substring(0, slash)),
            Integer.parseInt(text.substring(slash + 1)));
      } catch (UnknownHostException e) {
        throw new IllegalStateException("No address: " + text, e);
      }
    }

    boolean holds(byte[] address) {
      byte[] start = first.getAddress();
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit & 7);
        if ((start[bit >> 3] & mask) != (address[bit >> 3] & mask)) {
          return false;
        }
      }
      return true;
    }
  }
}
