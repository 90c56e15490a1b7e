//! The mock world as a server of its own: `mock-world CONTEXT [PORT]`, where the file is the context
//! of omote (`/contexts/omote/v1` of any world).

use std::sync::Arc;

use mock_world::server::router;
use mock_world::world::World;
use tokio::net::TcpListener;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let context = words.next().ok_or("usage: mock-world CONTEXT [PORT]")?;
    let context = std::fs::read_to_string(context)?;
    let port = words.next().map_or(Ok(0), |text| text.parse())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let port = listener.local_addr()?.port();
        let world = Arc::new(World::on_port(port, &context)?);
        println!("http://localhost:{port} {}", world.party.did());
        axum::serve(listener, router(world)).await?;
        Ok(())
    })
}
