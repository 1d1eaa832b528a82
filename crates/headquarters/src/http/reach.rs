//! By which address a headquarters is reached, and through whom. What a request says of that itself is believed only of a proxy
//! that was named: anybody can write `X-Forwarded-For`.

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// By which address a headquarters is reached, and through whom.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    public: Option<String>,
    proxies: Vec<Network>,
}

/// An address, or all that begin alike: `10.0.0.7`, `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Network, String> {
        let wrong =
            || format!("{text:?} is no address of a machine, such as 127.0.0.1, or of a network, such as 10.0.0.0/8");
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse::<u8>).map_err(|_| wrong())?;
        if bits > most { Err(wrong()) } else { Ok(Network { address, bits }) }
    }
}

impl Network {
    fn holds(self, other: IpAddr) -> bool {
        let (own, other) = match (self.address, other) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (u128::from(own.to_bits()) << 96, u128::from(other.to_bits()) << 96)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => (own.to_bits(), other.to_bits()),
            _ => return false,
        };
        self.bits == 0 || (own ^ other) >> (128 - u32::from(self.bits)) == 0
    }
}

impl Reach {
    /// Reached by everybody at an address, if that is not the one by which a browser finds it; through these proxies.
    pub fn new(public: Option<&str>, proxies: Vec<Network>) -> Reach {
        Reach { public: public.map(|public| public.trim_end_matches('/').to_owned()), proxies }
    }

    /// Whether an address is that of a proxy that was named: from there come many, and it says who.
    pub fn is_proxy(&self, address: IpAddr) -> bool {
        // A line over IPv6 can bear an address of IPv4.
        let address = address.to_canonical();
        self.proxies.iter().any(|proxy| proxy.holds(address))
    }

    /// The address by which everybody reaches the main company.
    pub(super) fn public(&self) -> Option<&str> {
        self.public.as_deref()
    }

    /// Whether a name is the one by which everybody reaches it.
    pub(super) fn is_public_name(&self, name: &str) -> bool {
        let public = self.public().and_then(|public| public.split_once("://"));
        public.is_some_and(|(_, rest)| name_of(rest.split('/').next().unwrap_or_default()) == name)
    }

    /// Whether a name can be that of a company here: it stands below the name by which everybody reaches the main one, or beside it.
    /// Whoever asks decides by which name; what it leads to bears that name, invitations too.
    pub(super) fn may_be_ours(&self, name: &str) -> bool {
        let public = self.public().and_then(|public| public.split_once("://"));
        let Some((_, rest)) = public else { return true };
        let public = match name_of(rest.split('/').next().unwrap_or_default()) {
            // Nothing stands below the address of a machine, but for this one.
            own if own.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()) => "localhost".to_owned(),
            name => name,
        };
        let beside = public.split_once('.').map(|(_, above)| above);
        name.split_once('.').is_some_and(|(_, above)| above == public || Some(above) == beside)
    }

    /// Notes in a request who really sent it; the scheme by which they did.
    pub(super) fn told(&self, request: &mut Request) -> &'static str {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
        let through = peer.filter(|peer| self.is_proxy(peer.ip()));
        if let Some(peer) = through
            && let Some(sender) = self.sender(request.headers())
        {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(sender, peer.port())));
        }
        let public_is_https = self.public().is_some_and(|public| public.starts_with("https://"));
        let said = request.headers().get("x-forwarded-proto").and_then(|scheme| scheme.to_str().ok());
        if public_is_https || through.is_some() && said == Some("https") { "https" } else { "http" }
    }

    /// Who sent a request that came through a proxy: whoever the last of our own proxies heard it from. What stands before that
    /// anybody can have written.
    fn sender(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let said: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        let mut nearest = None;
        for address in said.iter().rev() {
            let Ok(address) = address.trim().parse::<IpAddr>() else { break };
            nearest = Some(address);
            if !self.is_proxy(address) {
                break;
            }
        }
        nearest
    }
}

/// The name, in lower case and without its port, by which a request asks for us; empty if it says none.
pub(super) fn host(headers: &HeaderMap) -> &str {
    headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default()
}

/// A host's name without its port, in lower case.
pub(super) fn name_of(host: &str) -> String {
    let end = match host.rfind(']') {
        Some(end) => end + 1,
        None => host.find(':').unwrap_or(host.len()),
    };
    host[..end].trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a name is none, but the address of a machine, or this one.
pub(super) fn is_address(name: &str) -> bool {
    name == "localhost" || name.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn reach(public: Option<&str>) -> Reach {
        Reach::new(public, vec!["10.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()])
    }

    /// From where a request seems to come, and by which scheme.
    fn told(reach: &Reach, peer: &str, headers: &[(&str, &str)]) -> (String, &'static str) {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 9)));
        for (name, value) in headers {
            request
                .headers_mut()
                .append(axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        let scheme = reach.told(&mut request);
        (request.extensions().get::<ConnectInfo<SocketAddr>>().unwrap().0.ip().to_string(), scheme)
    }

    #[test]
    fn only_a_proxy_that_was_named_is_believed() {
        let forged = [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https")];
        assert_eq!(told(&reach(None), "198.51.100.1", &forged), ("198.51.100.1".into(), "http"));
        assert_eq!(told(&reach(None), "10.1.2.3", &forged), ("192.0.2.1".into(), "https"));
        assert_eq!(told(&reach(None), "::1", &forged[..1]), ("192.0.2.1".into(), "http"));
        assert_eq!(told(&reach(None), "::ffff:10.1.2.3", &forged).0, "192.0.2.1");
        // Whoever comes to a proxy may bring a header of their own: what the proxy has added stands last.
        let brought = [("x-forwarded-for", "203.0.113.5, 192.0.2.1"), ("x-forwarded-for", "10.0.0.9")];
        assert_eq!(told(&reach(None), "10.1.2.3", &brought).0, "192.0.2.1");
        assert_eq!(told(&reach(None), "10.1.2.3", &[("x-forwarded-for", "nobody")]).0, "10.1.2.3");
        assert_eq!(told(&Reach::default(), "127.0.0.1", &forged), ("127.0.0.1".into(), "http"));
    }

    #[test]
    fn the_public_address_decides_whether_it_is_secure() {
        let public = reach(Some("https://Outpost.example:8443/"));
        assert_eq!(told(&public, "198.51.100.1", &[("x-forwarded-proto", "http")]).1, "https");
        assert!(public.is_public_name("outpost.example") && !public.is_public_name("example"));
        assert_eq!(public.public(), Some("https://Outpost.example:8443"));
        assert!(public.may_be_ours("harbour.outpost.example") && public.may_be_ours("harbour.example"));
        assert!(!public.may_be_ours("harbour.evil.example") && !public.may_be_ours("harbour"));
        assert!(reach(None).may_be_ours("harbour.anywhere.example"));
        let here = reach(Some("http://127.0.0.1:7400"));
        assert!(here.may_be_ours("harbour.localhost") && !here.may_be_ours("harbour.0.0.1"));
        assert!(!reach(Some("http://192.0.2.1:7400")).may_be_ours("harbour.localhost"));
    }

    #[test]
    fn a_network_is_an_address_and_how_much_of_it_counts() {
        let holds = |network: &str, address: &str| network.parse::<Network>().unwrap().holds(address.parse().unwrap());
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.6"));
        assert!(holds("fd00::/8", "fd12::1") && !holds("fd00::/8", "10.0.0.1"));
        assert!(holds("0.0.0.0/0", "203.0.113.9"));
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "proxy", "10.0.0.0/x"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_has_no_port_and_no_capital_letters() {
        let names = ["HQ.Example:7400", "[::1]:7400", "[::1]", "harbour.example.", "127.0.0.1:80", ""].map(name_of);
        assert_eq!(names, ["hq.example", "::1", "::1", "harbour.example", "127.0.0.1", ""]);
        assert!(is_address("::1") && is_address("127.0.0.1") && is_address("localhost") && !is_address("harbour"));
    }
}
