//! The mock world as a server of its own: `mock-world [PORT]`.

use std::sync::Arc;

use mock_world::server::router;
use mock_world::world::World;
use tokio::net::TcpListener;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).map_or(Ok(0), |text| text.parse())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let port = listener.local_addr()?.port();
        let world = Arc::new(World::on_port(port)?);
        println!("http://localhost:{port} {}", world.party.did());
        axum::serve(listener, router(world)).await?;
        Ok(())
    })
}
