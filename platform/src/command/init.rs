//! `omote-world init`

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use platform::Founding;
use platform::config::Names;

use super::arguments::Init;
use super::failure::Failure;
use super::output::Output;

pub(crate) fn run(init: &Init, output: &Output) -> Result<(), Failure> {
    let port = init
        .origin
        .authority()
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok())
        .filter(|_| init.origin.is_loopback())
        .unwrap_or(8080);
    let founding = Founding {
        origin: init.origin.clone(),
        listen: init
            .listen
            .unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)),
        names: Names {
            english: init.name.clone(),
            japanese: init.name_ja.clone(),
        },
        policy: None,
        loopback_worlds: Vec::new(),
    };
    let config = founding
        .believing(init.trust.clone())
        .found(&init.dir)
        .map_err(|error| Failure::init(&error))?;
    let path = init.dir.join(platform::config::FILE_NAME);
    let token = Founding::token_file(&config);
    output.talk(&format!(
        "Founded {} ({}).\n\
         The token of the administration is in {}:\n\
         keep it there, or move it to where your servers read it.\n\
         Next: {}",
        config.names().english,
        config.world(),
        token.display(),
        super::command_line(&path, "serve")
    ));
    output.answer(
        &path.display().to_string(),
        schemas::object! {
            "config" => path.display().to_string(),
            "origin" => config.world().origin(),
            "did" => config.world().did().as_str(),
            "admin_token_file" => token.display().to_string(),
        },
    )
}
