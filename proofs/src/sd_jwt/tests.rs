mod forge;
mod issuing;
mod properties;
mod refusals;
mod vectors;
