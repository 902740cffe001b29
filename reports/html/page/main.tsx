import './style.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { embeddedData } from './data.ts';

async function open(root: HTMLElement): Promise<void> {
  const data = await embeddedData();
  root.textContent = data === null ? 'This report holds no data.' : '';
  if (data !== null) render(<App data={data} />, root);
}

void open(document.getElementById('app') as HTMLElement);
